package io.parley.api;

import io.parley.api.json.Limits;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.HeapShare;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads request bodies: no more than a body may have, no more than fit into memory together, and what is long off the event
 * loop, where it would hold up everybody else's replies.
 */
@Singleton
final class Bodies {
    private static final int SHORT = 64 * 1024;
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;
    private final Vertx vertx;
    private final Problems problems;
    private final long most;
    private final long mostTogether;
    private final long uploadMillis;
    private final AtomicLong together = new AtomicLong();

    Bodies(Vertx vertx, Problems problems, Limits limits) {
        this.vertx = vertx;
        this.problems = problems;
        this.most = limits.body().asLongValue();
        this.uploadMillis = Math.max(1, limits.upload().toMillis());
        this.mostTogether = Math.max(most, limits.bodies().map(MemorySize::asLongValue).orElseGet(HeapShare::bytes));
    }

    /**
     * Reads a body, parses it and uses the result. It refuses a body without a {@code Content-Type}, because a browser sends
     * such a body for a page of any site without a preflight; JAX-RS refuses the types that are not JSON.
     *
     * @param parse called once, on the event loop or, for a long body, on a worker thread
     * @param use called on the event loop; the body counts among those that are in memory until its result is there
     */
    <T, R extends @Nullable Object> Uni<R> read(HttpServerRequest request, Function<byte[], T> parse,
            BiFunction<T, Held, Uni<R>> use) {
        return Uni.createFrom().deferred(() -> {
            checkType(request.getHeader("Content-Type"));
            Held held = new Held();
            Collector collector = new Collector(request, held);
            return Severed.from(Uni.createFrom().<Integer> emitter(collector::start)
                    .chain(length -> held.toTheEnd(parse(length, collector, parse)))
                    .chain(value -> use.apply(value, held))
                    .onItemOrFailure().invoke(held::release)
                    .onCancellation().invoke(held::left));
        });
    }

    private static void checkType(@Nullable String type) {
        if (type == null || type.isBlank()) {
            throw Refused.status(UNSUPPORTED_MEDIA_TYPE, "");
        }
    }

    /** What a request without a body holds. */
    Held none() {
        return new Held();
    }

    private <T> Uni<T> parse(int length, Collector collector, Function<byte[], T> parse) {
        Uni<T> parsed = Uni.createFrom().item(() -> parse.apply(collector.take()));
        if (length <= SHORT) {
            return parsed;
        }
        Context context = vertx.getOrCreateContext();
        return parsed.runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(command -> context.runOnContext(_ -> command.run()));
    }

    /** What one request has in memory, of all that all may have there. */
    final class Held {
        private final AtomicLong bytes = new AtomicLong();
        private final AtomicInteger busy = new AtomicInteger();
        private volatile boolean left;

        /**
         * Takes room for more bytes.
         *
         * @throws Failure.Invalid if it is more than one request may have
         * @throws Failure.Unavailable if it is more than all may have together
         */
        void add(long more) {
            if (bytes.get() + more > most) {
                throw Refused.bodyTooLarge(most);
            }
            boolean isShort = bytes.addAndGet(more) <= SHORT;
            // What is short finds room, as much again, where large ones have taken theirs.
            if (together.addAndGet(more) > (isShort ? 2 * mostTogether : mostTogether)) {
                // Release at once, because requests that arrive together would otherwise refuse each other until none is left.
                release();
                throw new Failure.Unavailable(FailureCode.OVERLOADED,
                        "Too many large requests are being read. Try again in a moment.", Duration.ofSeconds(1), null);
            }
        }

        /**
         * Notes that something needs what is held, whether its client leaves or not.
         *
         * @return to be called, once, when it needs it no longer
         */
        Runnable untilDone() {
            busy.incrementAndGet();
            return () -> {
                if (busy.decrementAndGet() == 0 && left) {
                    release();
                }
            };
        }

        /** Work that goes on, and holds what it has, though its client has left: what was asked of others may be done. */
        <R extends @Nullable Object> Uni<R> toTheEnd(Uni<R> work) {
            return Uni.createFrom().emitter(client -> {
                Runnable done = untilDone();
                Cancellable unused = work.onItemOrFailure().invoke(done).subscribe().with(client::complete, client::fail);
            });
        }

        private void left() {
            left = true;
            if (busy.get() == 0) {
                release();
            }
        }

        private void release() {
            together.addAndGet(-bytes.getAndSet(0));
        }
    }

    /** Takes in one body. The request, which lives as long as its answer, keeps nothing of it but this, emptied. */
    private final class Collector {
        private final HttpServerRequest request;
        private final Held held;
        private @Nullable Buffer collected = Buffer.buffer();
        private @Nullable UniEmitter<? super Integer> waiting;
        private long timer;

        Collector(HttpServerRequest request, Held held) {
            this.request = request;
            this.held = held;
        }

        void start(UniEmitter<? super Integer> emitter) {
            waiting = emitter;
            request.exceptionHandler(cause -> {
                collected = null;
                if (Unreadable.isCause(cause)) {
                    Unreadable.answer(request, problems);
                }
                tell(told -> told.fail(endedEarly()));
            });
            request.handler(this::take);
            request.endHandler(_ -> tell(told -> told.complete(collected == null ? 0 : collected.length())));
            Expectation.meet(request);
            request.resume();
            watch(0);
        }

        private void watch(int before) {
            timer = vertx.setTimer(uploadMillis, _ -> {
                int now = collected == null ? 0 : collected.length();
                if (now - before < SHORT) {
                    refuse(Refused.because(FailureCode.MALFORMED_JSON, "The body did not arrive in time. Send it again."));
                } else {
                    watch(now);
                }
            });
        }

        private void tell(Consumer<UniEmitter<? super Integer>> how) {
            vertx.cancelTimer(timer);
            UniEmitter<? super Integer> told = waiting;
            waiting = null;
            if (told != null) {
                how.accept(told);
            }
        }

        private void take(Buffer part) {
            try {
                append(part);
            } catch (Failure refused) {
                refuse(refused);
            }
        }

        private void refuse(Failure why) {
            collected = null;
            Unwanted.discard(vertx, request);
            tell(told -> told.fail(why));
        }

        private void append(Buffer part) {
            if (collected == null) {
                return;
            }
            held.add(part.length());
            collected.appendBuffer(part);
        }

        /** The body, once. */
        byte[] take() {
            Buffer body = collected;
            collected = null;
            return body == null ? new byte[0] : body.getBytes();
        }
    }

    private static Failure endedEarly() {
        return Refused.because(FailureCode.MALFORMED_JSON, "The body ended too early. Send it again.");
    }
}
