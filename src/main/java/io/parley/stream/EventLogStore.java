package io.parley.stream;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Keeps the event logs of turns where every replica can read them. Port; {@code store} implements it. */
public interface EventLogStore {

    /**
     * Appends events of a running turn and renews its lease, atomically and fenced by turn and epoch. Repeating a call
     * whose outcome is unknown does not write an event twice.
     *
     * @param events in order, ids above all appended before; empty only renews the lease
     * @return whether the turn is still the caller's; fails with {@code Failure.Unavailable} if the store does not answer
     */
    Uni<LeaseState> append(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events);

    /**
     * Reads what stands in the log after an id.
     *
     * @param after 0 for the start
     * @return the next events, at most some 256 KiB of them
     */
    Uni<LogPage> read(SessionId session, TurnId turn, long after);

    /**
     * A part of a log.
     *
     * @param exists false if there never was a log or it has expired
     * @param lastId the highest id that the log holds, 0 if it is empty
     * @param more whether the log holds more after these events
     */
    record LogPage(boolean exists, List<NumberedEvent> events, long lastId, boolean more) {
        public LogPage { events = List.copyOf(events); }
    }
}
