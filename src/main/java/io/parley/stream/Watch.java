package io.parley.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Somebody's wait for one kind of notice. One that comes while nobody waits wakes the next wait. */
public final class Watch {
    private final Vertx vertx;
    private final Supplier<Duration> pause;
    private final Duration rarely;
    private final Consumer<Watch> whenClosed;
    private boolean rung;
    private volatile long rungAt = System.nanoTime();
    private @Nullable Runnable waiting;

    Watch(Vertx vertx, Supplier<Duration> pause, Duration rarely, Consumer<Watch> whenClosed) {
        this.vertx = vertx;
        this.pause = pause;
        this.rarely = rarely;
        this.whenClosed = whenClosed;
    }

    void ring(long now) {
        Runnable wake;
        synchronized (this) {
            rungAt = now;
            wake = waiting;
            waiting = null;
            rung = wake == null;
        }
        if (wake != null) {
            wake.run();
        }
    }

    /** When the last notice came, by {@code System.nanoTime()}; at first, when the watch was opened. */
    long rungAt() {
        return rungAt;
    }

    /** Whether a moment, by {@code System.nanoTime()}, is so long ago that it is time to look at the turn itself. */
    boolean isLongAgo(long moment) {
        return System.nanoTime() - moment >= rarely.toNanos();
    }

    /**
     * Waits for a notice, or until it is time to look without one. One waits at a time.
     *
     * @return whether there was a notice since the last wait; on the context of whoever waits
     */
    public Uni<Boolean> next() {
        return next(Duration.ofDays(1));
    }

    /** As above, and for so long at most. */
    public Uni<Boolean> next(Duration atMost) {
        return Uni.createFrom().emitter(emitter -> {
            Context context = vertx.getOrCreateContext();
            Runnable told = () -> context.runOnContext(_ -> emitter.complete(true));
            long millis = Math.max(1, Math.min(pause.get().toMillis(), atMost.toMillis()));
            long timer = vertx.setTimer(millis, _ -> context.runOnContext(_ -> emitter.complete(false)));
            emitter.onTermination(() -> {
                vertx.cancelTimer(timer);
                forget(told);
            });
            await(told);
        });
    }

    private void await(Runnable told) {
        synchronized (this) {
            if (!rung) {
                waiting = told;
                return;
            }
            rung = false;
        }
        told.run();
    }

    private synchronized void forget(Runnable told) {
        if (waiting == told) {
            waiting = null;
        }
    }

    /** Ends it. Repeatable. */
    public void close() {
        whenClosed.accept(this);
    }
}
