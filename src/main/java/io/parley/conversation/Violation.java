package io.parley.conversation;

/**
 * One broken rule of a request.
 *
 * @param pointer RFC 6901 JSON pointer into the body, or the name of a header or query parameter
 * @param detail the rule, as the rest of a sentence that begins with the pointer: {@code must be a string}
 */
public record Violation(String pointer, String detail) {

    /** The whole sentence. */
    public String sentence() {
        return (pointer.isEmpty() ? "The body" : pointer) + " " + detail + ".";
    }
}
