package io.parley.provider;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Watches the time limits of one attempt with one timer. Bytes do not touch the timer. When it fires, it computes how long the
 * silence has lasted. Silence is time without a single byte. A provider that sends signs of life without content has a separate
 * limit.
 */
final class AttemptClock {
    private final Vertx vertx;
    private final UpstreamConfig config;
    private final Runnable late;
    private final Runnable endMissing;
    private final long started = System.nanoTime();
    private long silentSince = started;
    private long withoutContentSince = started;
    private long contents;
    private long timer = -1;
    private long endTimer = -1;
    private boolean sure;
    private boolean stopped;

    /**
     * A clock that does not run yet.
     *
     * @param late called once, when a limit is passed
     * @param endMissing called once, when the answer should have ended
     */
    AttemptClock(Vertx vertx, UpstreamConfig config, Runnable late, Runnable endMissing) {
        this.vertx = vertx;
        this.config = config;
        this.late = late;
        this.endMissing = endMissing;
    }

    void start() {
        // Once content has come, silence may last no longer than between contents, so look that early in any case.
        long due = Math.min(config.betweenContents().toNanos(), untilLate());
        timer = vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(due) + 1), _ -> look());
    }

    /** The provider has sent bytes. {@code count} is the number of contents so far. */
    void heard(long count) {
        silentSince = System.nanoTime();
        if (count > contents) {
            contents = count;
            withoutContentSince = silentSince;
        }
    }

    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        vertx.cancelTimer(endTimer);
    }

    private void look() {
        if (stopped) {
            return;
        }
        if (untilLate() > 0) {
            sure = false;
            start();
        } else if (sure) {
            late.run();
        } else {
            // A busy event loop may have left bytes unread. It reads them before this short timer fires, so the second look is
            // sure.
            sure = true;
            timer = vertx.setTimer(1, _ -> look());
        }
    }

    private long untilLate() {
        Duration silence = contents == 0 ? config.firstContent() : config.betweenContents();
        long quiet = Math.min(left(silence, silentSince), left(config.aliveWithoutContent(), withoutContentSince));
        return Math.min(quiet, left(config.attempt(), started));
    }

    /** Waits for the usage and the end of the stream after a finish reason. Each content starts the wait again. */
    void awaitEnd() {
        if (endTimer < 0) {
            awaitEnd(config.afterFinish().toMillis(), false);
        }
    }

    /** @param certain whether the event loop has read all bytes that came while it was busy */
    private void awaitEnd(long millis, boolean certain) {
        endTimer = vertx.setTimer(Math.max(1, millis), _ -> {
            long nanos = left(config.afterFinish(), withoutContentSince);
            if (nanos > 0) {
                awaitEnd(TimeUnit.NANOSECONDS.toMillis(nanos) + 1, false);
            } else if (certain) {
                endMissing.run();
            } else {
                awaitEnd(1, true);
            }
        });
    }

    private static long left(Duration limit, long since) {
        return limit.toNanos() - (System.nanoTime() - since);
    }
}
