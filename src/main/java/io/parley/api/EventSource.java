package io.parley.api;

import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one client is told, and where it goes on should its connection end before that.
 *
 * @param <E> an event with its id
 */
interface EventSource<E> {

    /**
     * Asks for the events that are ready; waits for one if none is.
     *
     * @param ready is given them, perhaps at once; none when there is nothing more to come
     * @param failed is told why there are none
     * @return takes the question back
     */
    Cancellable next(Consumer<List<E>> ready, Consumer<Throwable> failed);

    /** Whether nothing comes after this event. */
    boolean isLast(E event);

    /** The id of an event. */
    long id(E event);

    /** Puts an event on the wire, or nothing of one that this client does not want. */
    void write(Buffer buffer, E event);

    /** The path at which another connection gets what this one did not. */
    String path();

    /** The client has left. Repeatable. */
    void close();
}
