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
    private final long started = System.nanoTime();
    private long silentSince = started;
    private long withoutContentSince = started;
    private long contents;
    private long timer = -1;
    private boolean sure;
    private boolean stopped;

    /**
     * A clock that does not run yet.
     *
     * @param late called once, when a limit is passed
     */
    AttemptClock(Vertx vertx, UpstreamConfig config, Runnable late) {
        this.vertx = vertx;
        this.config = config;
        this.late = late;
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

    /** Returns the milliseconds until this time has passed since the last content; 0 if it has passed. */
    long untilWithoutContent(Duration limit) {
        long nanos = left(limit, withoutContentSince);
        return nanos <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
    }

    private static long left(Duration limit, long since) {
        return limit.toNanos() - (System.nanoTime() - since);
    }
}
