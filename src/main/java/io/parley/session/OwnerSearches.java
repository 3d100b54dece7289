package io.parley.session;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Owner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** Bounds the searches of each owner that run in this process at one time, because each search reads many messages. */
@ApplicationScoped
public class OwnerSearches {
    private final int most;
    /** The number of running searches of each owner that has any. */
    private final ConcurrentMap<Owner, Integer> running = new ConcurrentHashMap<>();

    OwnerSearches(OwnerLimits limits) {
        this.most = limits.searches();
    }

    /**
     * Runs a search.
     *
     * @return the result; fails with {@code Failure.Unavailable} and {@code RATE_LIMITED} if the owner's most searches already
     *         run
     */
    <T> Uni<T> run(Owner owner, Supplier<Uni<T>> search) {
        return Uni.createFrom().deferred(() -> {
            if (running.merge(owner, 1, Integer::sum) > most) {
                leave(owner);
                return Uni.createFrom().failure(tooMany());
            }
            return search.get().onTermination().invoke(() -> leave(owner));
        });
    }

    private void leave(Owner owner) {
        running.computeIfPresent(owner, (_, searches) -> searches == 1 ? null : searches - 1);
    }

    private Failure tooMany() {
        return new Failure.Unavailable(FailureCode.RATE_LIMITED,
                "At most " + most + " searches may run at a time. Wait for the end of one of them.", Duration.ofSeconds(1),
                null);
    }
}
