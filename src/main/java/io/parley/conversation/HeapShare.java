package io.parley.conversation;

/** What may be held of things that are large, beside everything else that needs memory. */
public final class HeapShare {
    /**
     * A message with pictures is held up to five times over while it is parsed and stored, and another one some four times
     * while it is read and sent on; both at once must leave room for the rest. Where even one message is more than this part,
     * one is let in all the same.
     */
    private static final long PARTS = 12;

    private HeapShare() {
    }

    /** A twelfth of the most that the heap can become, in bytes. */
    public static long bytes() {
        return Runtime.getRuntime().maxMemory() / PARTS;
    }
}
