package io.parley.turn.recover;

import io.parley.conversation.OnCrash;
import io.parley.conversation.Turn;
import io.parley.stream.EventLogStore;
import io.parley.turn.RunningTurns;
import io.parley.turn.TurnConfig;
import io.parley.turn.TurnStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;

/** Runs turns again whose process has died, where their request wanted that. */
@ApplicationScoped
class Restarts {
    /** How often one turn is begun again: what has killed so many processes may be its doing. */
    private static final int MOST = 2;
    private final TurnStore store;
    private final EventLogStore logs;
    private final TurnConfig config;
    private final InstantSource clock;
    private final RunningTurns running;

    Restarts(TurnStore store, EventLogStore logs, TurnConfig config, InstantSource clock, RunningTurns running) {
        this.store = store;
        this.logs = logs;
        this.config = config;
        this.clock = clock;
        this.running = running;
    }

    /**
     * Begins a turn again that this process has taken over.
     *
     * @return false if it is not to be, or can not: then it is still the caller's to end
     */
    Uni<Boolean> begin(Turn taken) {
        if (taken.onCrash() != OnCrash.RESTART || !isYoung(taken) || !running.hasRoom()) {
            return Uni.createFrom().item(false);
        }
        return logs.read(taken.session(), taken.id(), Long.MAX_VALUE)
                .chain(log -> store.restart(taken, MOST)
                        .invoke(restarted -> restarted
                                .ifPresent(turn -> running.runAgain(turn, TurnSettler.idAbove(taken, log.lastId()),
                                        log.lastId() == 0)))
                        .map(restarted -> restarted.isPresent()));
    }

    private boolean isYoung(Turn turn) {
        return turn.createdAt().plus(config.maxDuration()).isAfter(clock.instant());
    }
}
