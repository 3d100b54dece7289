package io.parley.turn;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.EventLogStore;
import io.parley.stream.LeaseState;
import io.parley.stream.NumberedEvent;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;

/** Event logs in memory: keeps what is stored, and answers that the lease is held. */
final class RecordedLogs implements EventLogStore {
    private static final LeaseState HELD = new LeaseState(LeaseState.Kind.HELD, false, false);
    private final List<NumberedEvent> stored = new ArrayList<>();
    private boolean released;

    /** Forgets everything. */
    synchronized void clear() {
        stored.clear();
        released = false;
    }

    /** Returns what is stored, of all turns. */
    synchronized List<NumberedEvent> stored() {
        return List.copyOf(stored);
    }

    /** Returns whether a lease was given up. */
    synchronized boolean isReleased() {
        return released;
    }

    @Override
    public synchronized Uni<LeaseState> append(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        stored.addAll(events);
        return Uni.createFrom().item(HELD);
    }

    @Override
    public synchronized Uni<LeaseState> release(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        released = true;
        return append(session, turn, epoch, events);
    }

    @Override
    public Uni<LogPage> read(SessionId session, TurnId turn, long after, int mostBytes) {
        List<NumberedEvent> rest = stored().stream().filter(event -> event.id() > after).toList();
        return Uni.createFrom().item(new LogPage(true, rest, rest.isEmpty() ? after : rest.getLast().id(), false));
    }

    @Override
    public Uni<LogPage> follow(SessionId session, TurnId turn, long after) {
        return read(session, turn, after);
    }
}
