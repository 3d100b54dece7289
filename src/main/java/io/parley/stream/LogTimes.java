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
    /** As clients are promised; the lease itself lasts 15 s. */
    static final LogTimes PROMISED = new LogTimes(Duration.ofMillis(250), Duration.ofMillis(200), Duration.ofSeconds(5),
            Duration.ofMillis(500), Duration.ofSeconds(7));
}
