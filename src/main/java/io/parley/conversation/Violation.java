package io.parley.conversation;

/**
 * One broken rule of a request.
 *
 * @param pointer RFC 6901 JSON pointer into the body, or the name of a header or query parameter
 * @param detail what is expected there
 */
public record Violation(String pointer, String detail) {}
