package io.parley.api;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * A result that keeps nothing of how it came about. Mutiny's operators hold those before them as long as those after them
 * run: with a stream of many minutes after it, all that a request had said would stay in memory as long.
 */
final class Severed {

    private Severed() {
    }

    static <T extends @Nullable Object> Uni<T> from(Uni<T> source) {
        return Uni.createFrom().emitter(out -> {
            Cancellable running = source.subscribe().with(out::complete, out::fail);
            out.onTermination(running::cancel);
        });
    }
}
