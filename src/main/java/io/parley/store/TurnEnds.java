package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.LeaseTimes;
import io.parley.turn.CommitTurn;
import io.parley.turn.Committed;
import io.parley.turn.TakeOver;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** The second of a turn's two round trips, and what becomes of a turn whose process has died. */
@ApplicationScoped
class TurnEnds {
    private final RedisGate gate;
    private final LeaseTimes times;
    private final Replica replica;

    TurnEnds(RedisGate gate, LeaseTimes times, Replica replica) {
        this.gate = gate;
        this.times = times;
        this.replica = replica;
    }

    Uni<Committed> commit(CommitTurn commit) {
        if (!commit.turn().state().isOver()) {
            throw new IllegalArgumentException("a turn is committed when it is over");
        }
        return commit(new TurnCommit(commit, RedisEventLogStore.LIFE));
    }

    private Uni<Committed> commit(TurnCommit call) {
        return gate.insist(call).chain(answer -> switch (answer) {
            case TurnCommit.Ended ended -> Uni.createFrom().item(ended.committed());
            case TurnCommit.InPart part -> commit(call.after(part.storedThrough()));
        });
    }

    /** Whether a lease that has run out says that its owner is dead. */
    boolean leasesCount() {
        return gate.isSteady();
    }

    Uni<TakeOver> takeOver(SessionId session, TurnId turn, long epoch, boolean atOnce) {
        return gate.run(
                new TurnTakeOver(session, turn, epoch, times.lease(), RequestNames.fresh(), replica.name(), atOnce));
    }
}
