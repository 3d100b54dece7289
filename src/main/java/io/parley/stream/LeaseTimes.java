package io.parley.stream;

import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * The times by which replicas judge each other: the lease of a turn, and the times that follow from it. They keep the same
 * proportions whatever the lease is, so that a short one behaves as a long one does, only sooner.
 */
@Singleton
public final class LeaseTimes {
    private final Duration lease;

    /** Derives all times from the configured lease. */
    public LeaseTimes(LeaseConfig config) {
        this.lease = config.time();
    }

    /** How long a turn stays with the process that runs it without a renewal, by Redis' clock. */
    public Duration lease() {
        return lease;
    }

    /** The longest time between two renewals of a lease: three fit into one lease. 5 s by default. */
    public Duration renewal() {
        return part(5);
    }

    /**
     * How long a process trusts its last confirmed renewal, by its own clock. 7 s by default: less than half of a lease, so
     * that a process with a slow clock stops to show events well before another process may take the turn over.
     */
    public Duration trust() {
        return part(7);
    }

    /** How long a request that waits in the line of a session counts as present without asking again. 6 s by default. */
    public Duration waiterLife() {
        return part(6);
    }

    /** How long a replica that follows a turn or a session is told of news without asking again. 15 s by default. */
    public Duration followerLife() {
        return lease;
    }

    /** How long the sweep leaves a running turn alone after a look at it: a little longer than a lease. 18 s by default. */
    public Duration betweenLooks() {
        return part(18);
    }

    /** How often a process checks that it can be reached, and looks for a notice that was lost. 2 s by default. */
    public Duration signOfLife() {
        return part(2);
    }

    /** After how much silence a subscription counts as broken: two signs of life are missing. 5 s by default. */
    public Duration silence() {
        return part(5);
    }

    private Duration part(int fifteenths) {
        return lease.multipliedBy(fifteenths).dividedBy(15);
    }
}
