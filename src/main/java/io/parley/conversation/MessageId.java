package io.parley.conversation;

import java.util.regex.Pattern;

/**
 * Names a message within its session. Opaque to clients; it is {@code m} and the message's sequence number, so that a
 * message is found without an index. Numbers rise in conversation order and are never reused.
 *
 * @param sequence 1 or more
 */
public record MessageId(long sequence) {
    private static final Pattern SHAPE = Pattern.compile("m[1-9][0-9]{0,14}");

    /** @throws IllegalArgumentException if the number is not positive */
    public MessageId {
        if (sequence < 1) {
            throw new IllegalArgumentException("not a message id");
        }
    }

    /** Whether a text that came from outside can be a message id at all. */
    public static boolean isWellFormed(String value) {
        return SHAPE.matcher(value).matches();
    }

    /**
     * Reads the written form.
     *
     * @throws IllegalArgumentException if it is not well formed
     */
    public static MessageId parse(String value) {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("not a message id");
        }
        return new MessageId(Long.parseLong(value.substring(1)));
    }

    /** The written form, e.g. {@code m12}. */
    public String value() {
        return "m" + sequence;
    }

    @Override
    public String toString() {
        return value();
    }
}
