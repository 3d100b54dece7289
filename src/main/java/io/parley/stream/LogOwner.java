package io.parley.stream;

/** Who runs the turn of a {@link TurnLog}. Called on any thread, at most a few times a second. */
public interface LogOwner {

    /** Another process has the turn. */
    void lost();

    /** The session is gone. */
    void erased();

    /** Somebody asked to cancel the turn. May be called more than once. */
    void cancel();

    /** Nobody in this process listens any more. */
    void lastListenerLeft();
}
