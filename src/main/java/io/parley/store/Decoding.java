package io.parley.store;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.function.Function;

/** Reads answers of Redis: a long one on a worker thread, as it would hold up all that the event loop serves. */
final class Decoding {
    /** Bytes that are read in less time than it takes to go to another thread and back. */
    private static final long SHORT = 64 * 1024;

    private Decoding() {
    }

    /** What an answer says; on the context of the caller. */
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
