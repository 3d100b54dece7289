package io.parley.session;

import io.smallrye.mutiny.Uni;

/**
 * Room in memory for what a store reads for one answer. What is short is read without asking. Port; the {@code api} package,
 * which makes the answers, implements it.
 */
@FunctionalInterface
public interface ReadRoom {
    /** The most stored bytes that need no room. */
    int SHORT = 64 * 1024;
    /** For what is bounded in another way. */
    ReadRoom UNBOUNDED = _ -> Uni.createFrom().voidItem();

    /**
     * Takes room before so many stored bytes are read; waits for it where there is none.
     *
     * @return fails with {@code Failure.Unavailable} and {@code OVERLOADED} if there is none in time
     */
    Uni<Void> take(long bytes);

    /** Takes room unless it is short. */
    default Uni<Void> takeIfLong(long bytes) {
        return bytes <= SHORT ? Uni.createFrom().voidItem() : take(bytes);
    }
}
