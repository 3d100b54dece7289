package io.parley.conversation;

/**
 * The content of one stored image.
 *
 * @param sha256 of the decoded bytes, 64 lower-case hexadecimal digits
 * @param base64 the bytes, RFC 4648 with padding: the form in which every provider takes them
 */
public record ImageBytes(String sha256, String mediaType, String base64) {}
