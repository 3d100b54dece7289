package io.parley.conversation;

/** Where the bytes of an image are. */
public sealed interface ImageSource {

    /**
     * In the request itself.
     *
     * @param mediaType {@code image/png}, {@code image/jpeg}, {@code image/gif} or {@code image/webp}
     * @param base64 RFC 4648 base64 with padding
     */
    record Inline(String mediaType, String base64) implements ImageSource {}

    /** At a public https URL that the provider fetches itself; Parley never does. */
    record Url(String url) implements ImageSource {}

    /**
     * Stored once with the session and read only when it is sent.
     *
     * @param sha256 of the decoded bytes, 64 lower-case hexadecimal digits
     * @param bytes decoded length
     * @param width pixels, 0 where unknown
     * @param height pixels, 0 where unknown
     */
    record Stored(String sha256, String mediaType, int bytes, int width, int height) implements ImageSource {}
}
