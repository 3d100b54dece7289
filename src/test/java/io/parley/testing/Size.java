package io.parley.testing;

/**
 * How large a test is: small, so that it shows in seconds what it shows, or with {@code -Dsize=full}, as in the soak, whole.
 */
public final class Size {
    /** Whether tests are as large as they can be. */
    public static final boolean FULL = "full".equals(System.getProperty("size"));

    private Size() {
    }

    /** The small number, or the full one in the soak. */
    public static int of(int small, int full) {
        return FULL ? full : small;
    }
}
