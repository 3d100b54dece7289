package io.parley.stream;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The log of one turn in memory. Each answer comes on a thread of its own, and at random a batch is stored or not and fails.
 */
final class MemoryLogs implements EventLogStore, Notices {
    private static final LeaseState HELD = new LeaseState(LeaseState.Kind.HELD, false, false);
    private static final LeaseState LOST = new LeaseState(LeaseState.Kind.LOST, false, false);
    private final List<NumberedEvent> stored = new ArrayList<>();
    private final List<Consumer<Notice>> listeners = new CopyOnWriteArrayList<>();
    private final Random random;
    private boolean taken;

    MemoryLogs(Random random) {
        this.random = new Random(random.nextLong());
    }

    @Override
    public Uni<LeaseState> append(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        return answer(() -> {
            LeaseState state = store(events);
            listeners.forEach(listener -> listener.accept(new Notice.LogGrown(session, turn)));
            return state;
        });
    }

    private synchronized LeaseState store(List<NumberedEvent> events) {
        int luck = random.nextInt(10);
        if (taken) {
            return LOST;
        }
        if (luck > 0) {
            add(events);
        }
        if (luck < 2) {
            throw new IllegalStateException("out of reach");
        }
        return HELD;
    }

    private void add(List<NumberedEvent> events) {
        long last = stored.isEmpty() ? 0 : stored.getLast().id();
        events.stream().filter(event -> event.id() > last).forEach(stored::add);
    }

    /** The process that runs the turn stores its end. */
    synchronized void commit(List<NumberedEvent> events) {
        add(events);
    }

    /** Another process takes the turn and ends it. */
    synchronized void takeOver(NumberedEvent end) {
        taken = true;
        ReplyText text = new ReplyText();
        stored.forEach(event -> text.add(event.event()));
        add(List.of(new NumberedEvent(end.id() - 1, new TurnEvent.Reset(text.toString())), end));
    }

    /** The text of all that is stored. */
    synchronized String text() {
        ReplyText text = new ReplyText();
        stored.forEach(event -> text.add(event.event()));
        return text.toString();
    }

    @Override
    public Uni<LeaseState> release(SessionId session, TurnId turn, long epoch, List<NumberedEvent> events) {
        return append(session, turn, epoch, events);
    }

    @Override
    public Uni<LogPage> read(SessionId session, TurnId turn, long after, int mostBytes) {
        return answer(() -> page(after, mostBytes));
    }

    @Override
    public Uni<LogPage> follow(SessionId session, TurnId turn, long after) {
        return read(session, turn, after, Cursor.PAGE_BYTES);
    }

    private synchronized LogPage page(long after, int mostBytes) {
        List<NumberedEvent> page = new ArrayList<>();
        int bytes = 0;
        for (NumberedEvent event : stored) {
            if (event.id() > after && bytes < mostBytes) {
                page.add(event);
                bytes += event.bytes();
            }
        }
        long last = stored.isEmpty() ? 0 : stored.getLast().id();
        return new LogPage(!stored.isEmpty(), page, last, !page.isEmpty() && page.getLast().id() < last);
    }

    private static <T> Uni<T> answer(Supplier<T> answer) {
        return Uni.createFrom().item(answer).runSubscriptionOn(task -> Thread.ofVirtual().start(task));
    }

    @Override
    public boolean arrive() {
        return true;
    }

    @Override
    public void listen(Consumer<Notice> listener) {
        listeners.add(listener);
    }
}
