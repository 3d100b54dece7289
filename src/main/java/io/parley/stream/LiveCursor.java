package io.parley.stream;

import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A place in the log of a turn that runs in this process. Falls back on the stored log where memory does not reach. Only for
 * the event loop of the log: a listener on any loop has it behind a {@link LoopCursor}.
 */
final class LiveCursor implements Cursor<NumberedEvent> {
    private final TurnLog log;
    private final LongFunction<Cursor<NumberedEvent>> elsewhere;
    private final AskedPages<NumberedEvent> stored;
    private final Runnable wake = this::tell;
    /** Whether the listener has been told of more and has not taken yet. */
    private boolean told;
    private @Nullable CursorListener listener;
    private long after;
    /** Whether what memory has forgotten is being read. */
    private boolean behind;
    private @Nullable Cursor<NumberedEvent> successor;
    private boolean closed;

    /**
     * A new listener. It may be made anywhere.
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
        listener = waiting;
        stored.listen(waiting);
        log.listen(wake);
    }

    private void tell() {
        if (!told && listener != null) {
            told = true;
            listener.more();
        }
    }

    @Override
    public @Nullable List<NumberedEvent> take() {
        told = false;
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
