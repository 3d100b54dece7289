package io.parley.turn;

import io.parley.conversation.Turn;

/** What came of the request to take a turn over. */
public sealed interface TakeOver {

    /**
     * The turn is the caller's, under its new epoch.
     *
     * @param cancelled whether somebody had asked to cancel it
     */
    record Taken(Turn turn, boolean cancelled) implements TakeOver {}

    /** The turn is over, alive or somebody else's, who took it over first. This is how it stands. */
    record Left(Turn turn) implements TakeOver {}
}
