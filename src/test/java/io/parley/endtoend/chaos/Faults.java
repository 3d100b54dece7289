package io.parley.endtoend.chaos;

import io.parley.testing.FaultProxy;
import io.parley.testing.Timing;
import io.parley.testing.Toxics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Breaks one thing after the other, and mends it again. The next gateway is only ended when all are up. At the end
 * everything is well.
 */
final class Faults implements Runnable {
    private static final Duration LONGEST_PEACE = Duration.ofMillis(2500);
    /** So long that a gateway that is paused may lose its turns, or may not. */
    private static final Duration LONGEST_PAUSE = Timing.LEASE.plus(Timing.LEASE.dividedBy(2));
    private final Random random;
    private final Cluster cluster;
    private final Ledger ledger;
    private final CountDownLatch end;
    private final List<Thread> starting = new ArrayList<>();

    /** Faults that follow from a seed. */
    Faults(long seed, Cluster cluster, Ledger ledger, CountDownLatch end) {
        this.random = new Random(seed);
        this.cluster = cluster;
        this.ledger = ledger;
        this.end = end;
    }

    @Override
    public void run() {
        while (end.getCount() > 0) {
            hold(LONGEST_PEACE);
            Replica replica = cluster.replicas().get(random.nextInt(cluster.replicas().size()));
            int dice = random.nextInt(100);
            if (dice < 30) {
                endProcess(replica, dice < 18);
            } else if (dice < 40) {
                pause(replica);
            } else if (dice < 52) {
                restartRedis();
            } else if (dice < 60) {
                pauseRedis();
            } else {
                disturb(replica.way(), replica.name());
            }
        }
        starting.forEach(Faults::join);
    }

    /** Waits for a random time. */
    private void hold(Duration longest) {
        try {
            boolean unused = end.await(random.nextLong(longest.toMillis()) + 1, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(String fault, String where) {
        ledger.count("fault: " + fault);
        ledger.note("FAULT " + fault + " " + where);
    }

    private void endProcess(Replica replica, boolean atOnce) {
        if (starting.stream().anyMatch(Thread::isAlive)) {
            return;
        }
        note(atOnce ? "gateway killed" : "gateway stopped", replica.running().name());
        starting.add(Thread.ofVirtual().start(() -> {
            if (atOnce) {
                replica.running().gateway().kill();
            } else {
                int unused = replica.running().gateway().stop();
            }
            replica.start();
            ledger.note("started " + replica.running().name());
        }));
        hold(Duration.ofSeconds(2));
    }

    private void pause(Replica replica) {
        if (starting.stream().anyMatch(Thread::isAlive)) {
            return;
        }
        note("gateway paused", replica.running().name());
        replica.running().gateway().pause();
        hold(LONGEST_PAUSE);
        replica.running().gateway().resume();
        ledger.note("resumed " + replica.running().name());
    }

    private void restartRedis() {
        note("Redis killed", "");
        cluster.redis().kill();
        hold(Duration.ofSeconds(2));
        cluster.redis().start();
        ledger.note("Redis started");
    }

    private void pauseRedis() {
        note("Redis paused", "");
        cluster.redis().pause();
        hold(Duration.ofSeconds(4));
        cluster.redis().resume();
        ledger.note("Redis resumed");
    }

    private void disturb(FaultProxy way, String name) {
        switch (random.nextInt(6)) {
            case 0 -> slow(way, name, "latency", Toxics.NONE.latency(Duration.ofMillis(random.nextInt(10, 300))));
            case 1 -> slow(way, name, "bandwidth", Toxics.NONE.bandwidth(random.nextInt(2_000, 50_000)).slices(100));
            case 2 -> slow(way, name, "slices", Toxics.NONE.slices(random.nextInt(1, 4)));
            case 3 -> slow(way, name, "reset in the middle", Toxics.NONE.resetAfter(random.nextInt(4_000)));
            case 4 -> {
                note("way to Redis: black hole", name);
                way.hold();
                hold(Duration.ofSeconds(8));
            }
            default -> {
                note("way to Redis: cut", name);
                way.cut();
                hold(Duration.ofSeconds(3));
            }
        }
        way.mend();
        ledger.note("mended " + name);
    }

    private void slow(FaultProxy way, String name, String what, Toxics toxics) {
        note("way to Redis: " + what, name);
        way.requests(toxics);
        way.answers(toxics);
        hold(Duration.ofSeconds(4));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
