package io.parley.api;

import io.parley.stream.Cursor;
import io.vertx.core.buffer.Buffer;

/**
 * What one client is told, and where it goes on should its connection end before that.
 *
 * @param <E> an event with its id
 */
interface EventSource<E> {

    /** The place of the client; the stream closes it when the client has left. */
    Cursor<E> cursor();

    /** Whether nothing comes after this event. */
    boolean isLast(E event);

    /** The id of an event. */
    long id(E event);

    /** Puts an event on the wire, or nothing of one that this client does not want. */
    void write(Buffer buffer, E event);

    /** The path at which another connection gets what this one did not. */
    String path();
}
