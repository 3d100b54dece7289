package io.parley.conversation;

/** What may be held of things that are large, beside everything else that needs memory. */
public final class HeapShare {
    /**
     * A message with pictures is held up to five times over while it is parsed and stored, and again while it is read and
     * sent on; both at once must leave room for the rest.
     */
    private static final long PARTS = 12;

    private HeapShare() {
    }

    /** A twelfth of the most that the heap can become, in bytes. */
    public static long bytes() {
        return Runtime.getRuntime().maxMemory() / PARTS;
    }
}
