package io.parley.stream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A place in the log of a turn that runs in this process. Falls back on the stored log where memory does not reach. */
final class LiveCursor implements Cursor {
    private final TurnLog log;
    private final EventPages stored;
    private final LongFunction<Cursor> elsewhere;
    private long after;
    private @Nullable Cursor successor;
    private boolean closed;

    /**
     * A new listener.
     *
     * @param stored reads what the log has forgotten
     * @param elsewhere makes the cursor to go on with when another process takes the turn
     */
    LiveCursor(TurnLog log, EventPages stored, LongFunction<Cursor> elsewhere, long after) {
        this.log = log;
        this.stored = stored;
        this.elsewhere = elsewhere;
        this.after = after;
        log.join();
    }

    @Override
    public Uni<List<NumberedEvent>> next() {
        return Uni.createFrom().deferred(() -> {
            if (successor != null) {
                return successor.next();
            }
            LogRead read = log.read(after);
            return switch (read.kind()) {
                case EVENTS -> read.events().isEmpty() ? whenMore(after) : Uni.createFrom().item(advanced(read.events()));
                case STORED -> stored.after(after)
                        .chain(events -> events.isEmpty() ? anew() : Uni.createFrom().item(advanced(events)));
                case OVER -> Uni.createFrom().item(List.of());
                case ELSEWHERE -> goElsewhere().next();
            };
        });
    }

    /** What this listener has not seen is neither in memory nor stored any more: it begins again with the text so far. */
    private Uni<List<NumberedEvent>> anew() {
        List<NumberedEvent> text = log.snapshot();
        return text.isEmpty() ? whenMore(Long.MAX_VALUE) : Uni.createFrom().item(advanced(text));
    }

    private Uni<List<NumberedEvent>> whenMore(long shown) {
        return awaken(shown).chain(this::next);
    }

    private Uni<Void> awaken(long shown) {
        return Uni.createFrom().<Void> emitter(emitter -> {
            Runnable wake = onOwnContext(emitter);
            emitter.onTermination(() -> log.forget(wake));
            log.whenMore(shown, wake);
        });
    }

    private static Runnable onOwnContext(UniEmitter<? super Void> emitter) {
        Context context = Vertx.currentContext();
        return context == null ? () -> emitter.complete(null) : () -> context.runOnContext(_ -> emitter.complete(null));
    }

    private Cursor goElsewhere() {
        Cursor next = elsewhere.apply(after);
        successor = next;
        return next;
    }

    private List<NumberedEvent> advanced(List<NumberedEvent> events) {
        after = events.getLast().id();
        return events;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            log.leave();
        }
        if (successor != null) {
            successor.close();
        }
    }
}
