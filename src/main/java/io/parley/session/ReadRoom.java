package io.parley.session;

import io.smallrye.mutiny.Uni;

/**
 * Reserves memory for what a store reads for one answer. The store reads short values without a reservation. This is a port.
 * The {@code api} package, which makes the answers, implements it.
 */
@FunctionalInterface
public interface ReadRoom {
    /** The most stored bytes of a value that is read without a reservation. */
    int SHORT = 64 * 1024;
    /** Reserves nothing, for reads that another limit bounds. */
    ReadRoom UNBOUNDED = _ -> Uni.createFrom().voidItem();

    /**
     * Reserves memory before this number of stored bytes is read, and waits until there is enough.
     *
     * @return fails with {@code Failure.Unavailable} and {@code OVERLOADED} if there is not enough in time
     */
    Uni<Void> take(long bytes);

    /** Reserves memory if the value is long. */
    default Uni<Void> takeIfLong(long bytes) {
        return bytes <= SHORT ? Uni.createFrom().voidItem() : take(bytes);
    }
}
