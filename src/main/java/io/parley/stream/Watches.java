package io.parley.stream;

import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Wakes those of this process who wait for something that another replica does. */
@ApplicationScoped
public class Watches {
    /** How often to look while none arrive. */
    static final Duration OFTEN = Duration.ofMillis(200);
    private final Notices notices;
    /** How often to look while notices arrive: for one that was lost, and for a turn whose process has died. */
    private final Duration rarely;
    private final Vertx vertx;
    /** Bounded by the clients that listen or wait here. */
    private final ConcurrentMap<Notice, Set<Watch>> watches = new ConcurrentHashMap<>();

    Watches(Notices notices, LeaseTimes lease, Vertx vertx) {
        this.notices = notices;
        this.rarely = lease.signOfLife();
        this.vertx = vertx;
        notices.listen(this::ring);
    }

    private void ring(Notice notice) {
        long now = System.nanoTime();
        ring(notice, now);
        if (notice instanceof Notice.TurnOver(var session, var turn)) {
            ring(new Notice.LogGrown(session, turn), now);
        }
    }

    private void ring(Notice notice, long now) {
        watches.getOrDefault(notice, Set.of()).forEach(watch -> watch.ring(now));
    }

    /** Begins to wait for a notice; the watch is closed by whoever opened it. */
    public Watch open(Notice awaited) {
        Watch watch = new Watch(vertx, this::pause, rarely, closed -> remove(awaited, closed));
        watches.compute(awaited, (_, there) -> {
            Set<Watch> all = there == null ? ConcurrentHashMap.newKeySet() : there;
            all.add(watch);
            return all;
        });
        return watch;
    }

    private void remove(Notice awaited, Watch closed) {
        watches.computeIfPresent(awaited, (_, all) -> {
            all.remove(closed);
            return all.isEmpty() ? null : all;
        });
    }

    /** How long to wait for a notice before looking without one. */
    Duration pause() {
        return notices.arrive() ? rarely : OFTEN;
    }
}
