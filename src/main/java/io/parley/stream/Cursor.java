package io.parley.stream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.List;
import java.util.function.Consumer;

/**
 * One listener's place in a turn's log. It holds no events of its own, so a listener that is slow or gone costs nothing.
 * Not for concurrent use.
 */
public interface Cursor {
    /**
     * How many bytes of events, about, a listener is given at a time. Each that does not read holds as much, encoded: a
     * thousand of them must not fill a heap.
     */
    int PAGE_BYTES = 24 * 1024;

    /**
     * The events that are ready after the last ones given, at most some {@value #PAGE_BYTES} bytes of them or one
     * that is larger; waits for one if none is.
     *
     * @return in order; empty once the terminal event has been given. Cancelling the wait loses nothing
     */
    Uni<List<NumberedEvent>> next();

    /**
     * The same without a pipeline, for who asks for every token.
     *
     * @param ready is given the events, perhaps at once, in the Vert.x context of the caller
     * @param failed is told why there are none
     * @return takes the question back
     */
    default Cancellable next(Consumer<List<NumberedEvent>> ready, Consumer<Throwable> failed) {
        return next().subscribe().with(ready, failed);
    }

    /** The listener has left. Repeatable. */
    void close();
}
