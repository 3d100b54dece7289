package io.parley.stream;

/** Is told what is new at a {@link Cursor}. */
public interface CursorListener {

    /** There may be events to take. It may be told within a step of the turn, and when there are none, so it must be quick. */
    void more();

    /** The next events could not be read. The next take tries again. */
    void failed(Throwable failure);
}
