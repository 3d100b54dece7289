package io.parley.store;

import io.parley.conversation.Cost;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.Usage;
import io.parley.stream.LeaseTimes;
import io.parley.stream.NumberedEvent;
import io.parley.turn.CommitTurn;
import io.parley.turn.Committed;
import io.parley.turn.TakeOver;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

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
        Turn turn = commit.turn();
        if (!turn.state().isOver()) {
            throw new IllegalArgumentException("a turn is committed when it is over");
        }
        return gate.insist(Script.COMMIT, Keys.withLog(turn.session(), turn.id()), arguments(commit))
                .map(answer -> committed(turn, answer));
    }

    private static List<String> arguments(CommitTurn commit) {
        Turn turn = commit.turn();
        CommitTurn.Next next = commit.next();
        List<String> arguments = new ArrayList<>(List.of(turn.id().value(), Long.toString(turn.epoch()),
                StoredNames.TURN_STATE.name(turn.state()), Long.toString(turn.updatedAt().toEpochMilli()),
                commit.reply().isEmpty() ? "" : MessageCodec.encodeReply(commit), TurnCodec.encode(turn)));
        arguments.addAll(next == null ? Plans.NONE : Plans.arguments(next.plan()));
        arguments.addAll(SpendingCodec.arguments(turn.usage(), turn.cost()));
        arguments.add(Long.toString(RedisEventLogStore.LIFE.toMillis()));
        arguments.addAll(next == null ? List.of("", "0", "0")
                : List.of(StoredContextCodec.encode(next.state()), Long.toString(next.state().summary()),
                        Long.toString(next.version())));
        for (NumberedEvent event : commit.events()) {
            arguments.add(Long.toString(event.id()));
            arguments.add(EventCodec.encode(event));
        }
        return arguments;
    }

    private static Committed committed(Turn turn, Response answer) {
        return switch (Answers.status(answer)) {
            case "STORED" -> new Committed.Stored(stored(turn, answer));
            case "LOST" -> new Committed.Lost(stored(turn, answer));
            case "GONE" -> new Committed.Gone();
            default -> throw Refusals.of(answer);
        };
    }

    private static Turn stored(Turn turn, Response answer) {
        return TurnCodec.decode(turn.session(), turn.id(), Answers.text(answer, 1));
    }

    /** Whether a lease that has run out says that its owner is dead. */
    boolean leasesCount() {
        return gate.isSteady();
    }

    Uni<TakeOver> takeOver(SessionId session, TurnId turn, long epoch, boolean atOnce) {
        List<String> arguments = List.of(turn.value(), Long.toString(epoch), Long.toString(times.lease().toMillis()),
                RequestNames.fresh(), replica.name(), atOnce ? "1" : "0");
        return gate.run(Script.TAKEOVER, Keys.of(session), arguments).map(answer -> {
            Turn stored = TurnCodec.decode(session, turn, Answers.text(Answers.expect(answer, "TURN"), 1));
            return Answers.flag(answer, 2) ? new TakeOver.Taken(stored, Answers.flag(answer, 3)) : new TakeOver.Left(stored);
        });
    }
}
