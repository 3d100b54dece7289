package io.parley.turn;

import io.parley.conversation.Failure;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Stores the end of a turn, trying again from memory while the store does not answer. */
@ApplicationScoped
class TurnCommitter {
    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private final TurnStore store;
    private final TurnConfig config;

    TurnCommitter(TurnStore store, TurnConfig config) {
        this.store = store;
        this.config = config;
    }

    /** Commits; fails with {@code Failure.Unavailable} once {@link TurnConfig#commitPatience()} is used up. */
    Uni<Committed> commit(CommitTurn commit) {
        return Uni.createFrom().deferred(() -> {
            long end = System.nanoTime() + config.commitPatience().toNanos();
            return Uni.createFrom().deferred(() -> store.commit(commit))
                    .onFailure().retry().withBackOff(FIRST_WAIT, LONGEST_WAIT)
                    .until(failure -> failure instanceof Failure.Unavailable && System.nanoTime() - end < 0);
        });
    }
}
