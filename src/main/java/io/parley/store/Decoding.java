package io.parley.store;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.function.Function;

/** Decodes answers of Redis. A worker thread decodes a long answer, because it would block the event loop. */
final class Decoding {
    /** Decoding this number of bytes takes less time than a switch to another thread and back. */
    private static final long SHORT = 64 * 1024;

    private Decoding() {
    }

    /** Decodes an answer; calls back on the context of the caller. */
    static <T> Uni<T> of(Response answer, Function<Response, T> read) {
        Uni<T> value = Uni.createFrom().item(() -> read.apply(answer));
        Context context = Vertx.currentContext();
        if (context == null || Traffic.size(answer) <= SHORT) {
            return value;
        }
        return value.runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(task -> context.runOnContext(_ -> task.run()));
    }
}
