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
 * Bounds the memory of long answers. One part of it is for answers that Parley reads and makes, the other part for answers that
 * Parley sends, because the client decides how long the sending takes. An answer that finds no room waits in a queue. The queue
 * has a maximum length, and an answer waits for a limited time. An answer that is larger than the whole part for making is
 * admitted when no other answer is being made.
 */
final class AnswerMemory {
    /** One answer exists as stored bytes, as objects, as text and as encoded bytes, but rarely in all four forms at once. */
    private static final int COPIES = 4;
    /**
     * While Parley sends fewer answers than this, their size keeps no further answer from being made. So a few slow clients do
     * not keep other clients from large answers.
     */
    private static final int SENT_ANYWAY = 4;
    private final Vertx vertx;
    private final long most;
    private final int mostWaiting;
    private final long waitMillis;
    private final Deque<Reservation> waiting = new ArrayDeque<>();
    private long making;
    private long sending;
    private int senders;

    /** Creates a memory of the configured size: one half for making answers, the other half for sending them. */
    static AnswerMemory of(Vertx vertx, Limits limits) {
        return new AnswerMemory(vertx, limits.answers().map(MemorySize::asLongValue).orElseGet(HeapShare::bytes) / 2,
                limits.answersWaiting(), limits.answersWait());
    }

    /**
     * Creates a memory with two parts of this size in bytes: one for answers that are made, the other for answers that are
     * sent.
     *
     * @param mostWaiting the most answers that may wait for room
     * @param wait how long each answer may wait
     */
    AnswerMemory(Vertx vertx, long most, int mostWaiting, Duration wait) {
        this.vertx = vertx;
        this.most = most;
        this.mostWaiting = mostWaiting;
        this.waitMillis = Math.max(1, wait.toMillis());
    }

    /** Returns a reservation that has no room yet. It calls back on the current context when it gets room. */
    Reservation open() {
        return new Reservation(vertx.getOrCreateContext());
    }

    /** Returns the number of bytes that are reserved. */
    synchronized long used() {
        return making + sending;
    }

    /** Returns the number of answers that wait for room. */
    synchronized int waiting() {
        return waiting.size();
    }

    private boolean fits(long bytes) {
        boolean canBeMade = making == 0 || making + bytes <= most;
        // All answers that are being made may begin to be sent together, so the sent answers may exceed their part. Both parts
        // together do not exceed their sum: an answer gives back its room for making and takes a quarter of it for sending.
        return canBeMade && (sending < most || senders < SENT_ANYWAY);
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
        first.settle(first.wanted, 0);
        return first;
    }

    private static Failure overloaded() {
        return new Failure.Unavailable(FailureCode.OVERLOADED,
                "Too many long answers are being made. Try again in a moment, or ask for less at a time.",
                Duration.ofSeconds(1), null);
    }

    /** The room that one answer has or waits for. */
    final class Reservation implements ReadRoom {
        private final Context context;
        private long made;
        private long sent;
        private long wanted;
        private boolean closed;
        private long timer = -1;
        private @Nullable UniEmitter<? super Void> waiter;

        private Reservation(Context context) {
            this.context = context;
        }

        /** Gives back the room of this answer and takes room for stored bytes and all the forms that are made of them. */
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
                    settle(bytes, 0);
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

        private void settle(long toMake, long toSend) {
            making += toMake - made;
            sending += toSend - sent;
            senders += Long.signum(toSend) - Long.signum(sent);
            made = toMake;
            sent = toSend;
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

        /**
         * Takes room for stored bytes that have been read and all the forms that are made of them, in place of the room so far.
         * It never refuses, and does nothing after {@link #close}.
         */
        void make(long bytes) {
            resize(COPIES * bytes, 0);
        }

        /**
         * Takes room for a made answer that is being sent, in place of the room so far. It never refuses, and does nothing
         * after {@link #close}.
         */
        void send(long bytes) {
            resize(0, bytes);
        }

        private void resize(long toMake, long toSend) {
            synchronized (AnswerMemory.this) {
                if (!closed) {
                    settle(toMake, toSend);
                }
            }
            admitNext();
        }

        /** Gives the room back, stops waiting, and takes no room later. A caller may repeat it. */
        void close() {
            release(true);
        }

        private void release(boolean forGood) {
            synchronized (AnswerMemory.this) {
                closed |= forGood;
                waiting.remove(this);
                settle(0, 0);
            }
            vertx.cancelTimer(timer);
            admitNext();
        }
    }
}
