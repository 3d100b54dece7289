package io.parley.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores the events of a log, in order and one batch at a time, which also keeps the turn's lease; a lease that no batch
 * keeps is renewed by an empty one. Safe for use by many threads.
 */
final class LogWriter {
    /** How many moments there are at which batches leave, in the time that a batch may wait. */
    private static final int DEPARTURES = 10;
    private final Function<List<NumberedEvent>, Uni<LeaseState>> store;
    private final Vertx vertx;
    private final LogTimes times;
    private final LogOwner owner;
    private final Runnable progress;
    private final Runnable followersLeft;
    private final UnstoredEvents unstored = new UnstoredEvents();
    private final long renewal;
    private boolean storing;
    private boolean timerSet;
    private boolean stopped;
    private boolean followed;
    private long confirmedNanos = System.nanoTime();
    private @Nullable Runnable whenIdle;

    /**
     * A writer of a turn that has just been opened, so that its lease is fresh.
     *
     * @param store appends events and renews the lease; may be repeated
     * @param owner told of what the store says
     * @param progress runs when events have been stored or the lease is confirmed
     * @param followersLeft runs when nobody listens in another process any more
     */
    LogWriter(Function<List<NumberedEvent>, Uni<LeaseState>> store, Vertx vertx, LogTimes times, LogOwner owner,
            Runnable progress, Runnable followersLeft) {
        this.store = store;
        this.vertx = vertx;
        this.times = times;
        this.owner = owner;
        this.progress = progress;
        this.followersLeft = followersLeft;
        // As a renewal that is younger than half the time is not repeated, none is older than the whole of it.
        this.renewal = vertx.setPeriodic(times.renew().toMillis() / 2, _ -> storeBatch(true));
    }

    /** Stores an event soon. */
    synchronized void add(NumberedEvent event) {
        unstored.add(event);
        schedule();
    }

    /** Whether so little is not stored, for so short a time, and the lease so fresh, that a further event may be shown. */
    synchronized boolean isNear() {
        long now = System.nanoTime();
        return unstored.bytes() <= TurnLog.AHEAD_BYTES && unstored.ageNanos(now) <= times.ahead().toNanos()
                && now - confirmedNanos <= times.trust().toNanos();
    }

    synchronized int unstored() {
        return unstored.count();
    }

    /** Begins no further batch. */
    void stop() {
        synchronized (this) {
            stopped = true;
        }
        vertx.cancelTimer(renewal);
    }

    /** Stops; gives what is not known to be stored once no batch is under way. */
    Uni<List<NumberedEvent>> finish() {
        return Uni.createFrom().emitter(emitter -> {
            stop();
            synchronized (this) {
                if (storing) {
                    whenIdle = () -> emitter.complete(rest());
                    return;
                }
            }
            emitter.complete(rest());
        });
    }

    private synchronized List<NumberedEvent> rest() {
        return unstored.all();
    }

    private void schedule() {
        if (unstored.bytes() >= TurnLog.AHEAD_BYTES / 2) {
            vertx.runOnContext(_ -> storeBatch(false));
        } else if (!timerSet) {
            timerSet = true;
            vertx.setTimer(untilDeparture(times.store().toMillis(), System.nanoTime() / 1_000_000), _ -> onTimer(false));
        }
    }

    /**
     * Milliseconds until a batch leaves that may wait so long: a little less, so that batches of many turns leave together,
     * and Redis and this process wake once for all of them.
     */
    static long untilDeparture(long wait, long now) {
        return Math.max(1, wait - Math.floorMod(now + wait, Math.max(1, wait / DEPARTURES)));
    }

    private void onTimer(boolean renew) {
        synchronized (this) {
            timerSet = false;
        }
        storeBatch(renew);
    }

    private void storeBatch(boolean renew) {
        List<NumberedEvent> batch;
        long sent = System.nanoTime();
        synchronized (this) {
            boolean needed = !unstored.isEmpty() || (renew && sent - confirmedNanos >= times.renew().toNanos() / 2);
            if (stopped || storing || !needed) {
                return;
            }
            batch = unstored.send();
            storing = true;
        }
        Uni.createFrom().deferred(() -> store.apply(batch))
                .subscribe().with(lease -> stored(sent, lease), _ -> notStored());
    }

    private void stored(long sent, LeaseState lease) {
        Runnable idle;
        boolean left;
        synchronized (this) {
            storing = false;
            left = followed && lease.isHeld() && !lease.followed();
            followed = lease.followed();
            if (lease.isHeld()) {
                confirmedNanos = sent;
                unstored.stored();
            } else {
                unstored.notStored();
                stopped = true;
            }
            idle = takeWhenIdle();
            if (!stopped && !unstored.isEmpty()) {
                schedule();
            }
        }
        progress.run();
        idle.run();
        tellOwner(lease);
        if (left) {
            followersLeft.run();
        }
    }

    private void tellOwner(LeaseState lease) {
        switch (lease.kind()) {
            case LOST -> owner.lost();
            case GONE -> owner.erased();
            case HELD -> {
                if (lease.cancelRequested()) {
                    owner.cancel();
                }
            }
        }
    }

    private void notStored() {
        Runnable idle;
        synchronized (this) {
            storing = false;
            unstored.notStored();
            idle = takeWhenIdle();
            if (!stopped && !timerSet) {
                timerSet = true;
                // The lease needs its renewal even where there is nothing to store.
                vertx.setTimer(times.retry().toMillis(), _ -> onTimer(true));
            }
        }
        idle.run();
    }

    private Runnable takeWhenIdle() {
        Runnable idle = whenIdle;
        whenIdle = null;
        return idle == null ? () -> {
        } : idle;
    }
}
