package io.parley.stream;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shares one answer among callers that ask the same question at the same time. At most one question for a key runs at a time.
 * Callers that come too late for its answer share the next question, which starts as soon as the running one is answered. So a
 * thousand callers within a second cost only as many questions as can run one after the other within it.
 *
 * @param <K> the key of a question
 * @param <T> the answer
 */
public final class SingleFlightReads<K, T> {
    /** The running questions; each has at least one caller when it starts, so the callers bound their number. */
    private final ConcurrentMap<K, Flight<T>> underWay = new ConcurrentHashMap<>();

    /** A question. Its fields change only inside {@code compute} of the map, which locks the key. */
    private static final class Flight<T> {
        private final Supplier<Uni<T>> question;
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        private boolean begun;
        private long begunNanos;
        private @Nullable Flight<T> next;

        Flight(Supplier<Uni<T>> question) {
            this.question = question;
        }

        void begin() {
            begun = true;
            begunNanos = System.nanoTime();
        }

        /** Returns whether the answer is newer than a time: the question has not started, or has started later. */
        boolean isLaterThan(long nanos) {
            return !begun || begunNanos - nanos > 0;
        }
    }

    /**
     * Returns the answer to a question that starts after a time.
     *
     * @param since by {@code System.nanoTime()}; the answer includes every change before this time
     * @return comes on the context of the caller; a caller that stops waiting does not stop the question for other callers
     */
    public Uni<T> read(K key, long since, Supplier<Uni<T>> question) {
        return Uni.createFrom().deferred(() -> whereAsked(answer(flight(key, since, question))));
    }

    private Flight<T> flight(K key, long since, Supplier<Uni<T>> question) {
        Flight<T> fresh = new Flight<>(question);
        AtomicReference<Flight<T>> chosen = new AtomicReference<>(fresh);
        Flight<T> current = underWay.compute(key, (_, there) -> {
            if (there == null) {
                fresh.begin();
                return fresh;
            }
            chosen.set(joined(there, since, fresh));
            return there;
        });
        if (current == fresh) {
            ask(key, fresh);
        }
        return chosen.get();
    }

    private static <T> Flight<T> joined(Flight<T> there, long since, Flight<T> fresh) {
        if (there.isLaterThan(since)) {
            return there;
        }
        Flight<T> next = there.next;
        if (next == null) {
            next = fresh;
            there.next = next;
        }
        return next;
    }

    private void ask(K key, Flight<T> flight) {
        Cancellable unused = Uni.createFrom().deferred(flight.question::get).subscribe().with(
                answer -> {
                    Flight<T> next = land(key, flight);
                    flight.answer.complete(answer);
                    askIfThere(key, next);
                },
                failure -> {
                    Flight<T> next = land(key, flight);
                    flight.answer.completeExceptionally(failure);
                    askIfThere(key, next);
                });
    }

    /** Removes the answered question and marks the next one as started; null if there is none. */
    private @Nullable Flight<T> land(K key, Flight<T> flight) {
        return underWay.computeIfPresent(key, (_, _) -> {
            Flight<T> next = flight.next;
            if (next != null) {
                next.begin();
            }
            return next;
        });
    }

    private void askIfThere(K key, @Nullable Flight<T> next) {
        if (next != null) {
            ask(key, next);
        }
    }

    private static <T> Uni<T> answer(Flight<T> flight) {
        return Uni.createFrom().emitter(emitter -> {
            var unused = flight.answer.whenComplete((answer, failure) -> {
                if (failure == null) {
                    emitter.complete(answer);
                } else {
                    emitter.fail(failure);
                }
            });
        });
    }

    /**
     * Answers on the caller's context, because an answer that comes on another thread while the caller cancels would be lost.
     */
    private static <T> Uni<T> whereAsked(Uni<T> answer) {
        Context context = Vertx.currentContext();
        return context == null ? answer : answer.emitOn(task -> context.runOnContext(_ -> task.run()));
    }
}
