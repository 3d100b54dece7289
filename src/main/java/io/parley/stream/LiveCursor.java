package io.parley.stream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
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
        return Uni.createFrom().emitter(emitter -> {
            Cancellable question = next(emitter::complete, emitter::fail);
            emitter.onTermination(question::cancel);
        });
    }

    @Override
    public Cancellable next(Consumer<List<NumberedEvent>> ready, Consumer<Throwable> failed) {
        Question question = new Question(ready, failed);
        question.ask();
        return question;
    }

    /** What a listener has asked for and has not been given yet. */
    private final class Question implements Cancellable {
        private final Consumer<List<NumberedEvent>> ready;
        private final Consumer<Throwable> failed;
        private final @Nullable Context context = Vertx.currentContext();
        private final Runnable wake = this::wake;
        private @Nullable Cancellable elsewhere;
        private boolean waiting;
        private volatile boolean over;

        Question(Consumer<List<NumberedEvent>> ready, Consumer<Throwable> failed) {
            this.ready = ready;
            this.failed = failed;
        }

        void ask() {
            if (over) {
                return;
            }
            if (successor != null) {
                elsewhere = successor.next(ready, failed);
                return;
            }
            LogRead read = log.read(after);
            switch (read.kind()) {
                case EVENTS -> {
                    if (read.events().isEmpty()) {
                        waitFor(after);
                    } else {
                        give(read.events());
                    }
                }
                case STORED -> elsewhere = stored.after(after).subscribe().with(this::fromStore, failed);
                case OVER -> ready.accept(List.of());
                case ELSEWHERE -> {
                    goElsewhere();
                    ask();
                }
            }
        }

        private void give(List<NumberedEvent> events) {
            over = true;
            after = events.getLast().id();
            ready.accept(events);
        }

        /** What is neither in memory nor stored any more: it begins again with the text so far. */
        private void fromStore(List<NumberedEvent> events) {
            List<NumberedEvent> anew = events.isEmpty() ? log.snapshot() : events;
            if (anew.isEmpty()) {
                waitFor(Long.MAX_VALUE);
            } else {
                give(anew);
            }
        }

        private void waitFor(long shown) {
            waiting = true;
            log.whenMore(shown, wake);
        }

        private void wake() {
            if (context == null) {
                ask();
            } else {
                context.runOnContext(_ -> ask());
            }
        }

        @Override
        public void cancel() {
            over = true;
            if (waiting) {
                log.forget(wake);
            }
            if (elsewhere != null) {
                elsewhere.cancel();
            }
        }
    }

    private void goElsewhere() {
        successor = elsewhere.apply(after);
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
