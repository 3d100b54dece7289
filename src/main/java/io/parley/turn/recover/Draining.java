package io.parley.turn.recover;

import io.parley.turn.Afterwards;
import io.parley.turn.Drain;
import io.parley.turn.RunningTurns;
import io.parley.turn.UndoQueue;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * The orderly end of a process that has been asked to end: what runs goes on for a while, then who still listens is sent to
 * another replica, and what still runs is interrupted and stored. Nothing is waited for that is not there.
 */
@ApplicationScoped
class Draining {
    private static final Logger LOG = Logger.getLogger(Draining.class);
    private static final long LOOK_AGAIN_MILLIS = 20;
    private final Drain drain;
    private final RunningTurns running;
    private final Afterwards afterwards;
    private final UndoQueue undos;
    private final DrainConfig config;

    Draining(Drain drain, RunningTurns running, Afterwards afterwards, UndoQueue undos, DrainConfig config) {
        this.drain = drain;
        this.running = running;
        this.afterwards = afterwards;
        this.undos = undos;
        this.config = config;
    }

    /** Quarkus tells this before anything is stopped, on a thread that nobody else needs: it may wait. */
    void asked(@Observes ShutdownDelayInitiatedEvent shutdown) {
        drain.begin();
        // Whoever develops does not want to wait for a reload.
        boolean waits = LaunchMode.current() == LaunchMode.NORMAL;
        drain(waits ? config.limit() : Duration.ZERO, waits ? config.grace() : Duration.ZERO);
    }

    private void drain(Duration limit, Duration grace) {
        if (!running.isEmpty()) {
            LOG.infof("The shutdown waits up to %d s for %d running turns to end.", limit.toSeconds(), running.count());
        }
        boolean ended = waitFor(limit, running::isEmpty);
        drain.end();
        if (!ended) {
            LOG.warnf("The shutdown interrupts %d running turns.", running.count());
            running.interruptAll();
        }
        if (!waitFor(grace, () -> running.isEmpty() && afterwards.isIdle() && undos.isEmpty())) {
            LOG.warnf("The shutdown leaves %d turns, or tasks that follow turns, unfinished.", running.count());
        }
    }

    private static boolean waitFor(Duration limit, BooleanSupplier done) {
        long end = System.nanoTime() + limit.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return done.getAsBoolean();
            }
        }
        return true;
    }
}
