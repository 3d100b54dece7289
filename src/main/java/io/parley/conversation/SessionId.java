package io.parley.conversation;

import java.util.regex.Pattern;

/**
 * Names one session: 128 random bits, a dot, and 128 more, e.g. {@code 6c1…kd.0f8…2p}.
 * <p>
 * The part before the dot is the hash tag of all the session's keys; a fork keeps its root's, so that both live on one
 * Redis node and a fork is one copy there.
 *
 * @param value at most 64 characters of {@code [A-Za-z0-9._-]} with exactly one dot
 */
public record SessionId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{1,32}\\.[A-Za-z0-9_-]{1,31}");

    /** @throws IllegalArgumentException if the value has not the shape of a session id */
    public SessionId {
        if (!isWellFormed(value)) {
            throw new IllegalArgumentException("not a session id");
        }
    }

    /** Whether a text that came from outside can be a session id at all. */
    public static boolean isWellFormed(String value) {
        return SHAPE.matcher(value).matches();
    }

    /** A fresh id of a session that has no root. */
    public static SessionId create() {
        return new SessionId(RandomName.of128Bits() + "." + RandomName.of128Bits());
    }

    /** A fresh id of a fork of this session, on the same Redis node. */
    public SessionId createFork() {
        return new SessionId(tag() + "." + RandomName.of128Bits());
    }

    /** The hash tag: what stands before the dot. */
    public String tag() {
        return value.substring(0, value.indexOf('.'));
    }

    @Override
    public String toString() {
        return value;
    }
}
