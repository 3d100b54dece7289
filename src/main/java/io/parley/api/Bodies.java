package io.parley.api;

import io.parley.api.json.Limits;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Reads request bodies: no more than a body may have, no more than fit into memory together, and what is long off the event
 * loop, where it would hold up everybody else's replies.
 */
@Singleton
final class Bodies {
    private static final int SHORT = 64 * 1024;
    private final Vertx vertx;
    private final long most;
    private final long mostTogether;
    private final AtomicLong together = new AtomicLong();

    Bodies(Vertx vertx, Limits limits) {
        this.vertx = vertx;
        this.most = limits.body().asLongValue();
        this.mostTogether = limits.bodies().asLongValue();
    }

    /**
     * What a body says.
     *
     * @param parse called once, on the event loop or, for a long body, on a worker thread; the result comes on the event loop
     */
    <T> Uni<T> read(HttpServerRequest request, Function<byte[], T> parse) {
        return Uni.createFrom().deferred(() -> {
            Collector collector = new Collector(request);
            return Uni.createFrom().<byte[]> emitter(collector::start)
                    .chain(body -> parse(body, parse))
                    .onTermination().invoke(collector::release);
        });
    }

    private <T> Uni<T> parse(byte[] body, Function<byte[], T> parse) {
        Uni<T> parsed = Uni.createFrom().item(() -> parse.apply(body));
        if (body.length <= SHORT) {
            return parsed;
        }
        Context context = vertx.getOrCreateContext();
        return parsed.runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(command -> context.runOnContext(_ -> command.run()));
    }

    /** Takes in one body. */
    private final class Collector {
        private final HttpServerRequest request;
        private final Buffer collected = Buffer.buffer();
        private long reserved;

        Collector(HttpServerRequest request) {
            this.request = request;
        }

        void start(UniEmitter<? super byte[]> emitter) {
            request.exceptionHandler(_ -> emitter.fail(endedEarly()));
            request.handler(part -> {
                if (collected.length() + (long) part.length() > most) {
                    Unwanted.discard(vertx, request);
                    emitter.fail(Refused.bodyTooLarge(most));
                } else if (!reserve(part.length())) {
                    Unwanted.discard(vertx, request);
                    emitter.fail(new Failure.Unavailable(FailureCode.OVERLOADED,
                            "Too many large requests are being read. Try again in a moment.", Duration.ofSeconds(1), null));
                } else {
                    collected.appendBuffer(part);
                }
            });
            request.endHandler(_ -> emitter.complete(collected.getBytes()));
            request.resume();
        }

        private boolean reserve(int bytes) {
            if (together.addAndGet(bytes) > mostTogether) {
                together.addAndGet(-bytes);
                return false;
            }
            reserved += bytes;
            return true;
        }

        void release() {
            together.addAndGet(-reserved);
            reserved = 0;
        }
    }

    private static Failure endedEarly() {
        return Refused.because(FailureCode.MALFORMED_JSON, "The body ended before it was whole.");
    }
}
