package io.parley.stream;

import java.util.List;

/**
 * What a {@link TurnLog} has for a listener.
 *
 * @param events for {@link Kind#EVENTS}, else empty
 */
record LogRead(Kind kind, List<NumberedEvent> events) {
    static final LogRead ELSEWHERE = new LogRead(Kind.ELSEWHERE, List.of());
    static final LogRead STORED = new LogRead(Kind.STORED, List.of());
    static final LogRead NOTHING_YET = new LogRead(Kind.EVENTS, List.of());
    static final LogRead OVER = new LogRead(Kind.OVER, List.of());

    enum Kind {
        /** These, or none yet. */
        EVENTS,
        /** No longer in memory: read the store. */
        STORED,
        /** The log ended and all of it has been given. */
        OVER,
        /** Another process has the turn: read the store from now on. */
        ELSEWHERE
    }

    static LogRead of(List<NumberedEvent> events) {
        return new LogRead(Kind.EVENTS, events);
    }
}
