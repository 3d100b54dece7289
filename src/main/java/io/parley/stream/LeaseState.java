package io.parley.stream;

/**
 * What the store says to the owner of a turn when it writes.
 *
 * @param cancelRequested whether somebody asked to cancel the turn
 * @param followed whether somebody listens to the turn in another process
 */
public record LeaseState(Kind kind, boolean cancelRequested, boolean followed) {

    /** Whether the turn is still the owner's. */
    public enum Kind {
        /** Yes; the lease is renewed. */
        HELD,
        /** No: somebody else has taken it over or ended it. Nothing was written. */
        LOST,
        /** The session has been erased. Nothing was written. */
        GONE
    }

    /** Whether the owner may go on. */
    public boolean isHeld() {
        return kind == Kind.HELD;
    }
}
