package io.parley.provider;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Watches the time limits of one attempt with one timer that is not touched while content flows: when it fires, it looks
 * how long the silence really is.
 */
final class AttemptClock {
    private final Vertx vertx;
    private final UpstreamConfig config;
    private final BooleanSupplier listening;
    private final Runnable late;
    private final long started = System.nanoTime();
    private long silentSince = started;
    private long contents;
    private long timer = -1;
    private boolean stopped;

    /**
     * A clock that does not run yet.
     *
     * @param listening false while nobody wants to hear more: then the provider is not to blame for silence
     * @param late called once, when a limit is passed
     */
    AttemptClock(Vertx vertx, UpstreamConfig config, BooleanSupplier listening, Runnable late) {
        this.vertx = vertx;
        this.config = config;
        this.listening = listening;
        this.late = late;
    }

    void start() {
        // Once content has come, silence may last no longer than between contents, so look that early in any case.
        long due = Math.min(config.betweenContents().toNanos(), Math.min(untilSilent(), left(config.attempt(), started)));
        timer = vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(due) + 1), _ -> look());
    }

    /** How many contents there were so far; silence begins anew when there are more. */
    void sawContents(long count) {
        if (count > contents) {
            contents = count;
            restartSilence();
        }
    }

    void restartSilence() {
        silentSince = System.nanoTime();
    }

    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    private void look() {
        if (stopped) {
            return;
        }
        if (!listening.getAsBoolean()) {
            restartSilence();
        }
        if (untilSilent() <= 0 || left(config.attempt(), started) <= 0) {
            late.run();
        } else {
            start();
        }
    }

    private long untilSilent() {
        return left(contents == 0 ? config.firstContent() : config.betweenContents(), silentSince);
    }

    private static long left(Duration limit, long since) {
        return limit.toNanos() - (System.nanoTime() - since);
    }
}
