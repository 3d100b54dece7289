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
 * Lets those who ask for the same at the same time share one answer. At most one question about a key is under way at a time.
 * Those who ask too late for its answer share the next one, which is asked as soon as the first has been answered: a thousand
 * who come within a second cost as many questions as fit into it one after the other.
 *
 * @param <K> what is asked for
 * @param <T> the answer
 */
public final class SingleFlightReads<K, T> {
    /** Only what is under way: bounded by those who ask. */
    private final ConcurrentMap<K, Flight<T>> underWay = new ConcurrentHashMap<>();

    /** A question; a field is changed only while the map computes the value of its key. */
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

        /** Whether it answers one who must know what was so at a time: it begins, or has begun, later. */
        boolean isLaterThan(long nanos) {
            return !begun || begunNanos - nanos > 0;
        }
    }

    /**
     * The answer to a question that was asked after a time.
     *
     * @param since by {@code System.nanoTime()}: what was so then shows in the answer
     * @return on the context of the caller; one who stops waiting for it keeps it from no other
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

    /** Makes way for the next question, which begins now; null if there is none. */
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

    /** A listener must not be moved on by one thread while it gives up waiting on another: what it is given would be lost. */
    private static <T> Uni<T> whereAsked(Uni<T> answer) {
        Context context = Vertx.currentContext();
        return context == null ? answer : answer.emitOn(task -> context.runOnContext(_ -> task.run()));
    }
}
