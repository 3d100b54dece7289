package io.parley.stream;

/** Is told what is new at a {@link Cursor}. */
public interface CursorListener {

    /**
     * There may be events to take. It may be told within a step of the turn, so it must be quick; and when there are none. It
     * need not be told again before it takes.
     */
    void more();

    /** The next events could not be read. The next take tries again. */
    void failed(Throwable failure);
}
