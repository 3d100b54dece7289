package io.parley.stream;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A place in the log of a turn that runs in this process. Falls back on the stored log where memory does not reach. */
final class LiveCursor implements Cursor<NumberedEvent> {
    private final TurnLog log;
    private final LongFunction<Cursor<NumberedEvent>> elsewhere;
    private final AskedPages<NumberedEvent> stored;
    /** Whether the listener has been told of more and has not taken yet. So at most one step waits for a busy event loop. */
    private final AtomicBoolean told = new AtomicBoolean();
    private Runnable wake = () -> {
    };
    private @Nullable CursorListener listener;
    private long after;
    /** Whether what memory has forgotten is being read. */
    private boolean behind;
    private @Nullable Cursor<NumberedEvent> successor;
    private boolean closed;

    /**
     * A new listener.
     *
     * @param pages reads what the log has forgotten
     * @param elsewhere makes the cursor to go on with when another process takes the turn
     */
    LiveCursor(TurnLog log, EventPages pages, LongFunction<Cursor<NumberedEvent>> elsewhere, long after) {
        this.log = log;
        this.elsewhere = elsewhere;
        this.stored = new AskedPages<>(() -> pages.after(this.after));
        this.after = after;
        log.join();
    }

    @Override
    public void listen(CursorListener waiting) {
        ListenerLoop loop = ListenerLoop.here();
        Runnable more = waiting::more;
        listener = waiting;
        wake = () -> {
            if (told.compareAndSet(false, true)) {
                loop.run(more);
            }
        };
        stored.listen(waiting);
        log.listen(wake);
    }

    @Override
    public @Nullable List<NumberedEvent> take() {
        // Before the log is read: an event that comes after that is told of again.
        told.set(false);
        if (successor != null) {
            return successor.take();
        }
        if (behind) {
            return takeStored();
        }
        LogRead read = log.read(after);
        return switch (read.kind()) {
            case EVENTS -> read.events().isEmpty() ? null : taken(read.events());
            case STORED -> takeStored();
            case OVER -> List.of();
            case ELSEWHERE -> goElsewhere().take();
        };
    }

    private List<NumberedEvent> taken(List<NumberedEvent> events) {
        after = events.getLast().id();
        return events;
    }

    private @Nullable List<NumberedEvent> takeStored() {
        List<NumberedEvent> events = stored.take();
        behind = events == null;
        if (events == null) {
            return null;
        }
        // An event that is neither in memory nor stored is lost: the listener begins again with the text so far.
        List<NumberedEvent> known = events.isEmpty() ? log.snapshot() : events;
        return known.isEmpty() ? null : taken(known);
    }

    private Cursor<NumberedEvent> goElsewhere() {
        log.forget(wake);
        Cursor<NumberedEvent> next = elsewhere.apply(after);
        next.listen(Objects.requireNonNull(listener, "it listens before it takes"));
        successor = next;
        return next;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            stored.close();
            log.forget(wake);
            log.leave();
        }
        if (successor != null) {
            successor.close();
        }
    }
}
