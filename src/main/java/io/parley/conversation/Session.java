package io.parley.conversation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One conversation without its messages.
 *
 * @param version of the settings: 1 when created, one more with each change; turns do not change it
 * @param runningTurn the turn that runs now, if any
 * @param updatedAt of the last write, a message's included
 * @param totals of the messages that are part of the conversation now
 */
public record Session(SessionId id, Owner owner, SessionSettings settings, long version, Instant createdAt,
        Instant updatedAt, @Nullable TurnId runningTurn, HistoryTotals totals) {

    /** Returns the part of a session that a list shows: everything but the long settings. */
    public Session forLists() {
        return new Session(id, owner, settings.forLists(), version, createdAt, updatedAt, runningTurn, totals);
    }

    /** The same with another history. */
    public Session withTotals(HistoryTotals other) {
        return new Session(id, owner, settings, version, createdAt, updatedAt, runningTurn, other);
    }
}
