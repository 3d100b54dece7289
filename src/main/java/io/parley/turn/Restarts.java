package io.parley.turn;

import io.parley.conversation.Failure;
import io.parley.conversation.OnCrash;
import io.parley.conversation.Turn;
import io.parley.stream.EventLogStore;
import io.parley.turn.TurnStore.Restarted;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Runs turns again whose process has died, where their request wanted that. */
@ApplicationScoped
class Restarts {
    /** How often one turn is begun again: what has killed so many processes may be its doing. */
    private static final int MOST = 2;
    private final TurnStore store;
    private final EventLogStore logs;
    private final TurnWork work;
    private final RunningTurns running;

    Restarts(TurnStore store, EventLogStore logs, TurnWork work, RunningTurns running) {
        this.store = store;
        this.logs = logs;
        this.work = work;
        this.running = running;
    }

    /**
     * Begins a turn again that this process has taken over.
     *
     * @return false if it is not to be, or can not: then it is still the caller's to end
     */
    Uni<Boolean> begin(Turn taken) {
        if (taken.onCrash() != OnCrash.RESTART || !isYoung(taken) || !hasRoom()) {
            return Uni.createFrom().item(false);
        }
        return logs.read(taken.session(), taken.id(), Long.MAX_VALUE)
                .chain(log -> store.restart(taken, MOST)
                        .invoke(restarted -> restarted
                                .ifPresent(turn -> run(turn, TurnSettler.idAbove(taken, log.lastId()), log.lastId() == 0)))
                        .map(restarted -> restarted.isPresent()));
    }

    private boolean isYoung(Turn turn) {
        return turn.createdAt().plus(work.config.maxDuration()).isAfter(work.clock.instant());
    }

    private boolean hasRoom() {
        try {
            running.checkRoom();
            return true;
        } catch (Failure _) {
            return false;
        }
    }

    private void run(Restarted restarted, long after, boolean untold) {
        TurnRun turn = new TurnRun(work, restarted.opened(), restarted.options(), running, after);
        running.add(turn);
        turn.runAgain(untold);
    }
}
