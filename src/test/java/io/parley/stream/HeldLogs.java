package io.parley.stream;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The real store, of which a test can hold back the writes or let them fail, and of which it can hide what is stored. */
final class HeldLogs implements EventLogStore {
    private final EventLogStore real;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile CompletableFuture<Void> free = CompletableFuture.completedFuture(null);
    private volatile boolean failing;
    private volatile boolean hidden;

    HeldLogs(EventLogStore real) {
        this.real = real;
    }

    /** How many writes were begun. */
    int asked() {
        return asked.get();
    }

    void hold() {
        free = new CompletableFuture<>();
    }

    void release() {
        free.complete(null);
    }

    void fail(boolean fails) {
        failing = fails;
    }

    /** From now on nothing of the log can be read. */
    void hide() {
        hidden = true;
    }

    @Override
    public Uni<LeaseState> append(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        asked.incrementAndGet();
        if (failing) {
            return Uni.createFrom().failure(new IllegalStateException("out of reach"));
        }
        return Uni.createFrom().completionStage(free).chain(() -> real.append(session, turn, epoch, events));
    }

    @Override
    public Uni<LeaseState> release(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        return real.release(session, turn, epoch, events);
    }

    @Override
    public Uni<LogPage> read(SessionId session, TurnId turn, long after, int mostBytes) {
        return hidden ? Uni.createFrom().item(new LogPage(false, List.of(), 0, false))
                : real.read(session, turn, after, mostBytes);
    }

    @Override
    public Uni<LogPage> follow(SessionId session, TurnId turn, long after) {
        return real.follow(session, turn, after);
    }
}
