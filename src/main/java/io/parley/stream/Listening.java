package io.parley.stream;

/** What a client that asks for a turn's events gets. */
public sealed interface Listening {

    /** Events to come. */
    record From(Cursor<NumberedEvent> cursor) implements Listening {}

    /** The turn is over and the client has seen its last event. */
    record NothingMore() implements Listening {}
}
