package io.parley.conversation;

/** Where a turn stands: running, then exactly one of the others for ever. */
public enum TurnState {
    RUNNING,
    COMPLETED,
    CANCELLED,
    FAILED,
    /** The process that ran it died. */
    INTERRUPTED;

    /** Whether nothing more will happen. */
    public boolean isOver() {
        return this != RUNNING;
    }
}
