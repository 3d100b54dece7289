package io.parley.api;

import io.parley.api.json.Limits;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.HeapShare;
import io.parley.session.ReadRoom;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the memory of long answers while they are read, made and sent. An answer that finds no room waits in line; the line
 * has a bound, and so has the time. An answer that is larger than all the room gets in alone.
 */
final class AnswerMemory {
    /** An answer is in memory as it was stored, as objects, as text and as bytes; hardly ever all of it at the same time. */
    private static final int COPIES = 4;
    private final Vertx vertx;
    private final long most;
    private final int mostWaiting;
    private final long waitMillis;
    private final Deque<Reservation> waiting = new ArrayDeque<>();
    private long used;

    /** As much room as is configured. */
    static AnswerMemory of(Vertx vertx, Limits limits) {
        return new AnswerMemory(vertx, limits.answers().map(MemorySize::asLongValue).orElseGet(HeapShare::bytes),
                limits.answersWaiting(), limits.answersWait());
    }

    /**
     * Room for so many bytes.
     *
     * @param mostWaiting answers that may wait for room
     * @param wait how long each of them may
     */
    AnswerMemory(Vertx vertx, long most, int mostWaiting, Duration wait) {
        this.vertx = vertx;
        this.most = most;
        this.mostWaiting = mostWaiting;
        this.waitMillis = Math.max(1, wait.toMillis());
    }

    /** What one answer takes, nothing yet. The current context is told when there is room. */
    Reservation open() {
        return new Reservation(vertx.getOrCreateContext());
    }

    /** Bytes that are taken. */
    synchronized long used() {
        return used;
    }

    /** Answers that wait. */
    synchronized int waiting() {
        return waiting.size();
    }

    private boolean fits(long bytes) {
        return used == 0 || used + bytes <= most;
    }

    private void admitNext() {
        for (Reservation next = next(); next != null; next = next()) {
            next.admitted();
        }
    }

    private synchronized @Nullable Reservation next() {
        Reservation first = waiting.peek();
        if (first == null || !fits(first.wanted)) {
            return null;
        }
        waiting.remove();
        first.settle(first.wanted);
        return first;
    }

    private static Failure overloaded() {
        return new Failure.Unavailable(FailureCode.OVERLOADED,
                "Too many long answers are being made. Try again in a moment, or ask for less at a time.",
                Duration.ofSeconds(1), null);
    }

    /** The room that one answer has, or waits for. */
    final class Reservation implements ReadRoom {
        private final Context context;
        private long taken;
        private long wanted;
        private boolean closed;
        private long timer = -1;
        private @Nullable UniEmitter<? super Void> waiter;

        private Reservation(Context context) {
            this.context = context;
        }

        /** Takes room for what is read, and what is made of it, in the place of what it had. */
        @Override
        public Uni<Void> take(long bytes) {
            return Uni.createFrom().emitter(emitter -> {
                release(false);
                enter(COPIES * bytes, emitter);
            });
        }

        private void enter(long bytes, UniEmitter<? super Void> emitter) {
            boolean enters;
            synchronized (AnswerMemory.this) {
                wanted = bytes;
                enters = !closed && waiting.isEmpty() && fits(bytes);
                if (enters) {
                    settle(bytes);
                } else if (!closed && waiting.size() < mostWaiting) {
                    waiter = emitter;
                    waiting.add(this);
                    timer = vertx.setTimer(waitMillis, _ -> giveUp());
                    return;
                }
            }
            if (enters) {
                emitter.complete(null);
            } else {
                emitter.fail(overloaded());
            }
        }

        private void settle(long bytes) {
            used += bytes - taken;
            taken = bytes;
        }

        private void admitted() {
            UniEmitter<? super Void> told = waiter;
            vertx.cancelTimer(timer);
            if (told != null) {
                context.runOnContext(_ -> told.complete(null));
            }
        }

        private void giveUp() {
            boolean waits;
            synchronized (AnswerMemory.this) {
                waits = waiting.remove(this);
            }
            UniEmitter<? super Void> told = waiter;
            if (waits && told != null) {
                context.runOnContext(_ -> told.fail(overloaded()));
                admitNext();
            }
        }

        /** What it really takes, once that is known: there is no refusing it any more. Nothing once it is closed. */
        void resize(long bytes) {
            synchronized (AnswerMemory.this) {
                if (!closed) {
                    settle(bytes);
                }
            }
            admitNext();
        }

        /** As {@link #resize}, for something that is going to be made into an answer. */
        void resizeForMaking(long bytes) {
            resize(COPIES * bytes);
        }

        /** Gives back what it has, waits no longer, and takes nothing any more. Repeatable. */
        void close() {
            release(true);
        }

        private void release(boolean forGood) {
            synchronized (AnswerMemory.this) {
                closed |= forGood;
                waiting.remove(this);
                settle(0);
            }
            vertx.cancelTimer(timer);
            admitNext();
        }
    }
}
