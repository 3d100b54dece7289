package io.parley.stream;

import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * One listener's place in a turn's log. It holds no events of its own, so a listener that is slow or gone costs nothing.
 * Not for concurrent use.
 */
public interface Cursor {

    /**
     * The events that are ready after the last ones given, at most some 64 KiB of them; waits for one if none is.
     *
     * @return in order; empty once the terminal event has been given. Cancelling the wait loses nothing
     */
    Uni<List<NumberedEvent>> next();

    /** The listener has left. Repeatable. */
    void close();
}
