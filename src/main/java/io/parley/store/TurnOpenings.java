package io.parley.store;

import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.Owner;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.stream.LeaseTimes;
import io.parley.turn.OpenTurn;
import io.parley.turn.Opening;
import io.parley.turn.TurnStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The first of a turn's two round trips, and its undoing. */
@ApplicationScoped
class TurnOpenings {
    private static final Logger LOG = Logger.getLogger(TurnOpenings.class);
    private final RedisGate gate;
    private final OwnerIndex index;
    private final StoreLimits limits;
    private final LeaseTimes times;
    private final InstantSource clock;
    private final Replica replica;

    TurnOpenings(RedisGate gate, OwnerIndex index, StoreLimits limits, LeaseTimes times, Replica replica,
            InstantSource clock) {
        this.gate = gate;
        this.index = index;
        this.limits = limits;
        this.times = times;
        this.replica = replica;
        this.clock = clock;
    }

    Uni<Opening> open(OpenTurn open) {
        return gate.insist(new TurnOpen(open, Instant.ofEpochMilli(clock.millis()), replica.name(), limits, times))
                .map(answer -> {
                    if (answer.indexIsShort() && answer.opening() instanceof Opening.Opened opened) {
                        refreshIndex(opened.session());
                    }
                    return answer.opening();
                });
    }

    Uni<Optional<Turn>> known(Owner owner, SessionId session, IdempotencyKey key) {
        return gate.run(new TurnKnown(owner, session, key));
    }

    Uni<Void> undo(OpenTurn open) {
        return gate.run(new TurnUndo(open)).replaceWithVoid();
    }

    Uni<Optional<TurnStore.Restarted>> restart(Turn taken, int most) {
        return gate.run(new TurnRestart(taken, most)).map(answer -> {
            answer.restarted().filter(_ -> answer.indexIsShort())
                    .ifPresent(again -> refreshIndex(again.opened().session()));
            return answer.restarted();
        });
    }

    Uni<Boolean> mayOpen(OpenTurn waiter) {
        return gate.run(new LineStand(waiter, replica.name(), times.waiterLife()));
    }

    Uni<Void> leaveLine(OpenTurn open) {
        return gate.run(new LineLeave(open)).replaceWithVoid();
    }

    /** Beside the turn, which does not wait for it: the entry still lives long enough for the next turn to try again. */
    private void refreshIndex(Session session) {
        index.refresh(session).subscribe().with(
                _ -> LOG.debugf("Session %s was entered again in the list of its owner.", session.id()),
                failure -> LOG.warnf("Session %s could not be entered again in the list of its owner: %s", session.id(),
                        failure.getClass().getSimpleName()));
    }
}
