package io.parley.conversation;

import java.util.regex.Pattern;

/**
 * Names one turn, and makes opening and committing it repeatable: it is made before anything is stored.
 *
 * @param value {@code t} and 26 characters (128 random bits); at most 64 characters of {@code [A-Za-z0-9_-]}
 */
public record TurnId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** @throws IllegalArgumentException if the value has not the shape of a turn id */
    public TurnId {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("not a turn id");
        }
    }

    /** Whether a text that came from outside can be a turn id at all. */
    public static boolean isWellFormed(String value) {
        return SHAPE.matcher(value).matches();
    }

    /** A fresh id. */
    public static TurnId create() {
        return new TurnId("t" + RandomName.of128Bits());
    }

    @Override
    public String toString() {
        return value;
    }
}
