package io.parley.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place of one listener in a list of events that grows. It pushes the news that there are more, and the listener takes them
 * when it has room for them. So a listener that is slow or gone holds no events. Not for concurrent use.
 *
 * @param <E> an event with its id
 */
public interface Cursor<E> {
    /**
     * How many bytes of events, about, a listener is given at a time. Each that does not read holds as much, encoded: a
     * thousand of them must not fill a heap.
     */
    int PAGE_BYTES = 24 * 1024;

    /** Begins to tell a listener of news, on the Vert.x context of the caller. Called once, before the first {@link #take}. */
    void listen(CursorListener listener);

    /**
     * Takes the events that are ready after the last ones taken.
     *
     * @return in order, at most some {@value #PAGE_BYTES} bytes of them or one event that is larger; null if none is ready, and
     *         then the listener is told when there are more; empty if no event will follow
     */
    @Nullable
    List<E> take();

    /** Ends it, because the listener has left. Repeatable. */
    void close();
}
