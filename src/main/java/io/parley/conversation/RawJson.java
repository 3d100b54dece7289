package io.parley.conversation;

/**
 * A JSON value kept as the text it came in, so that it is stored and resent byte for byte.
 *
 * @param text one well-formed JSON value
 */
public record RawJson(String text) {
    /** The empty object. */
    public static final RawJson EMPTY_OBJECT = new RawJson("{}");
}
