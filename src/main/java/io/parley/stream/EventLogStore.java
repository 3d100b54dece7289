package io.parley.stream;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Keeps the event logs of turns where every replica can read them. Port; {@code store} implements it. */
public interface EventLogStore {
    /** How many bytes, about, whoever wants all of a log reads at a time. */
    int PAGE_BYTES = 256 * 1024;

    /**
     * Appends events of a running turn and renews its lease, atomically and fenced by turn and epoch. Afterwards the lease
     * has at least 14 fifteenths of its time. Repeating a call whose outcome is unknown does not write an event twice, also if
     * further events follow in the repeated call.
     *
     * @param events in order, ids above all that are known to be appended; empty only renews the lease
     * @return whether the turn is still the caller's; fails with {@code Failure.Unavailable} if the store does not answer
     */
    Uni<LeaseState> append(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events);

    /**
     * Appends as {@link #append} does and gives the lease up: another process may take the turn over at once. Repeatable;
     * without effect if the turn is not the caller's.
     */
    Uni<LeaseState> release(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events);

    /**
     * Reads what stands in the log after an id. What cannot be read is left out.
     *
     * @param after 0 for the start
     * @param mostBytes about how many bytes of events are wanted; more only where they were stored together
     * @return the next events; none only if the log holds no more that can be read
     */
    Uni<LogPage> read(SessionId session, TurnId turn, long after, int mostBytes);

    /** As {@link #read(SessionId, TurnId, long, int)}, some {@value #PAGE_BYTES} bytes of them. */
    default Uni<LogPage> read(SessionId session, TurnId turn, long after) {
        return read(session, turn, after, PAGE_BYTES);
    }

    /**
     * The same for a listener: some {@value Cursor#PAGE_BYTES} bytes, and this replica gets a {@link Notice.LogGrown} when
     * there is more.
     */
    Uni<LogPage> follow(SessionId session, TurnId turn, long after);

    /**
     * A part of a log.
     *
     * @param exists false if there never was a log or it has expired
     * @param lastId the highest id that the log holds, 0 if it is empty
     * @param more whether the log holds more after these events
     */
    record LogPage(boolean exists, List<NumberedEvent> events, long lastId, boolean more) {
        public LogPage { events = List.copyOf(events); }

        /** The part of it that a listener is given at once: what was stored together may be much more. */
        LogPage forListener() {
            List<NumberedEvent> first = RecentEvents.page(events);
            return first.size() == events.size() ? this : new LogPage(exists, first, lastId, true);
        }
    }
}
