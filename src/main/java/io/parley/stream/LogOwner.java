package io.parley.stream;

/**
 * Runs the turn of a {@link TurnLog}. It is called on the turn's loop, within a step of the log, at most a few times a second.
 */
public interface LogOwner {

    /** Another process has the turn. */
    void lost();

    /** The session is gone. */
    void erased();

    /** A client asked to cancel the turn. May be called more than once. */
    void cancel();

    /** No client of this process listens any more. */
    void lastListenerLeft();
}
