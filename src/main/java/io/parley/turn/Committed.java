package io.parley.turn;

import io.parley.conversation.Turn;

/** What came of the request to end a turn. */
public sealed interface Committed {

    /** The turn is over; this is how it is stored. Also the answer to a repetition of the same commit. */
    record Stored(Turn turn) implements Committed {}

    /** Somebody else has taken the turn over or ended it; nothing was written. This is how it is stored. */
    record Lost(Turn turn) implements Committed {}

    /** The session has been erased; nothing was written. */
    record Gone() implements Committed {}
}
