package io.parley.stream;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores the events of a log, in order and one batch at a time, which also keeps the turn's lease; a lease that no batch
 * keeps is renewed by an empty one. All of it runs on the loop of the turn; the answers of the store are brought there.
 */
final class LogWriter {
    /** How many moments there are at which batches leave, in the time that a batch may wait. */
    private static final int DEPARTURES = 10;
    private final Function<List<NumberedEvent>, Uni<LeaseState>> store;
    private final Loop loop;
    private final LogTimes times;
    private final LogOwner owner;
    private final Runnable progress;
    private final Runnable followersLeft;
    private final UnstoredEvents unstored = new UnstoredEvents();
    private final long renewal;
    private boolean storing;
    /** Whether a batch leaves as soon as the present step is over. */
    private boolean leaving;
    private boolean timerSet;
    private boolean stopped;
    private boolean followed;
    private long confirmedNanos = System.nanoTime();
    private @Nullable Runnable whenIdle;

    /**
     * A writer of a turn that has just been opened, so that its lease is fresh. It may be made anywhere.
     *
     * @param store appends events and renews the lease; may be repeated
     * @param loop of the turn
     * @param owner told of what the store says
     * @param progress runs when events have been stored or the lease is confirmed
     * @param followersLeft runs when no listener of another process is left
     */
    LogWriter(Function<List<NumberedEvent>, Uni<LeaseState>> store, Loop loop, LogTimes times, LogOwner owner,
            Runnable progress, Runnable followersLeft) {
        this.store = store;
        this.loop = loop;
        this.times = times;
        this.owner = owner;
        this.progress = progress;
        this.followersLeft = followersLeft;
        // As a renewal that is younger than half the time is not repeated, none is older than the whole of it.
        this.renewal = loop.every(times.renew().toMillis() / 2, () -> storeBatch(true));
    }

    /** Stores an event soon; {@code now} is its time by {@code System.nanoTime()}. */
    void add(NumberedEvent event, long now) {
        unstored.add(event, now);
        schedule();
    }

    /** Whether so little is not stored, for so short a time, and the lease so fresh, that a further event may be shown. */
    boolean isNear(long now) {
        return unstored.bytes() <= TurnLog.AHEAD_BYTES && unstored.ageNanos(now) <= times.ahead().toNanos()
                && now - confirmedNanos <= times.trust().toNanos();
    }

    int unstored() {
        return unstored.count();
    }

    /** Begins no further batch. */
    void stop() {
        stopped = true;
        loop.cancel(renewal);
    }

    /** Stops; gives the events that are not known to be stored once no batch is under way. */
    Uni<List<NumberedEvent>> finish() {
        return Uni.createFrom().emitter(emitter -> {
            assert loop.isHere() : TurnLog.STRAY;
            stop();
            if (storing) {
                whenIdle = () -> emitter.complete(unstored.all());
            } else {
                emitter.complete(unstored.all());
            }
        });
    }

    private void schedule() {
        if (unstored.bytes() >= TurnLog.AHEAD_BYTES / 2) {
            leaveSoon();
        } else if (!timerSet) {
            timerSet = true;
            loop.after(untilDeparture(times.store().toMillis(), System.nanoTime() / 1_000_000), () -> onTimer(false));
        }
    }

    private void leaveSoon() {
        // A batch that is under way is followed by the next one.
        if (!leaving && !storing) {
            leaving = true;
            loop.later(() -> {
                leaving = false;
                storeBatch(false);
            });
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
        timerSet = false;
        storeBatch(renew);
    }

    private void storeBatch(boolean renew) {
        long sent = System.nanoTime();
        boolean needed = !unstored.isEmpty() || (renew && sent - confirmedNanos >= times.renew().toNanos() / 2);
        if (stopped || storing || !needed) {
            return;
        }
        List<NumberedEvent> batch = unstored.send();
        storing = true;
        Uni.createFrom().deferred(() -> store.apply(batch)).subscribe().with(
                lease -> loop.execute(() -> stored(sent, lease)),
                _ -> loop.execute(this::notStored));
    }

    private void stored(long sent, LeaseState lease) {
        storing = false;
        boolean left = followed && lease.isHeld() && !lease.followed();
        followed = lease.followed();
        if (lease.isHeld()) {
            confirmedNanos = sent;
            unstored.stored();
        } else {
            unstored.notStored();
            stopped = true;
        }
        if (!stopped && !unstored.isEmpty()) {
            schedule();
        }
        progress.run();
        tellIdle();
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
        storing = false;
        unstored.notStored();
        if (!stopped && !timerSet) {
            timerSet = true;
            // The lease needs its renewal even where there is nothing to store.
            loop.after(times.retry().toMillis(), () -> onTimer(true));
        }
        tellIdle();
    }

    private void tellIdle() {
        Runnable idle = whenIdle;
        whenIdle = null;
        if (idle != null) {
            idle.run();
        }
    }
}
