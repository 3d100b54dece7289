package io.parley.stream;

import java.time.Duration;

/**
 * The times by which a log is stored and its turn's lease is kept.
 *
 * @param ahead how old the oldest event that is not stored may be when a further one is shown
 * @param store how long events are gathered before they are stored together
 * @param renew the longest time between two renewals of the lease; half of it is the shortest where nothing is stored
 * @param retry the pause after the store has failed
 * @param trust how long after a confirmed renewal the turn still counts as the owner's
 */
record LogTimes(Duration ahead, Duration store, Duration renew, Duration retry, Duration trust) {
    private static final Duration AHEAD = Duration.ofMillis(250);
    private static final Duration STORE = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofMillis(500);

    /** The times that clients are promised, with the renewals that a lease needs. */
    static LogTimes promised(LeaseTimes lease) {
        return new LogTimes(AHEAD, STORE, lease.renewal(), RETRY, lease.trust());
    }
}
