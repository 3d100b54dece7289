package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.stream.NumberedEvent;
import io.parley.turn.CommitTurn;
import io.parley.turn.Committed;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends a turn.
 *
 * @param logLife how long at most the log of the turn is kept from now on
 */
record TurnCommit(CommitTurn commit, Duration logLife) implements ScriptCall<Committed> {

    @Override
    public Script script() {
        return Script.COMMIT;
    }

    @Override
    public List<String> keys() {
        return Keys.withLog(session(), commit.turn().id());
    }

    private SessionId session() {
        return commit.turn().session();
    }

    @Override
    public List<String> arguments() {
        Turn turn = commit.turn();
        CommitTurn.Next next = commit.next();
        List<String> arguments = new ArrayList<>(20 + 2 * commit.events().size());
        arguments.add(turn.id().value());
        arguments.add(Long.toString(turn.epoch()));
        arguments.add(StoredNames.TURN_STATE.name(turn.state()));
        arguments.add(Long.toString(turn.updatedAt().toEpochMilli()));
        arguments.add(commit.reply().isEmpty() ? "" : MessageCodec.encodeReply(commit));
        arguments.add(TurnCodec.encode(turn));
        arguments.addAll(next == null ? Plans.NONE : Plans.arguments(next.plan()));
        arguments.addAll(SpendingCodec.arguments(turn.usage(), turn.cost()));
        arguments.add(Long.toString(logLife.toMillis()));
        arguments.add(next == null ? "" : StoredContextCodec.encode(next.state()));
        arguments.add(next == null ? "0" : Long.toString(next.state().summary()));
        arguments.add(next == null ? "0" : Long.toString(next.version()));
        for (NumberedEvent event : commit.events()) {
            arguments.add(Long.toString(event.id()));
            arguments.add(EventCodec.encode(event));
        }
        return arguments;
    }

    @Override
    public Committed read(Response answer) {
        return switch (Answers.status(answer)) {
            case "STORED" -> new Committed.Stored(stored(answer));
            case "LOST" -> new Committed.Lost(stored(answer));
            case "GONE" -> new Committed.Gone();
            default -> throw Refusals.of(answer);
        };
    }

    private Turn stored(Response answer) {
        return TurnCodec.decode(session(), commit.turn().id(), Answers.text(answer, 1));
    }
}
