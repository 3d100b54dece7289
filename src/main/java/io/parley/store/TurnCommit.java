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
 * @param events those of the request to end the turn that are to be stored
 * @param logLife how long at most the log of the turn is kept from now on
 */
record TurnCommit(CommitTurn commit, List<NumberedEvent> events, Duration logLife) implements ScriptCall<TurnCommit.Answer> {

    TurnCommit(CommitTurn commit, Duration logLife) {
        this(commit, commit.events(), logLife);
    }

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
        List<String> arguments = new ArrayList<>(23);
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
        arguments.addAll(LogEntries.of(events, LogAppend.ENTRY_BYTES));
        return arguments;
    }

    @Override
    public Answer read(Response answer) {
        return switch (Answers.status(answer)) {
            case "STORED" -> new Ended(new Committed.Stored(stored(answer)));
            case "LOST" -> new Ended(new Committed.Lost(stored(answer)));
            case "GONE" -> new Ended(new Committed.Gone());
            case "PART" -> new InPart(Answers.number(answer, 1));
            default -> throw Refusals.of(answer);
        };
    }

    /** The same call without the events up to an id. */
    TurnCommit after(long id) {
        return new TurnCommit(commit, events.stream().filter(event -> event.id() > id).toList(), logLife);
    }

    private Turn stored(Response answer) {
        return TurnCodec.decode(session(), commit.turn().id(), Answers.text(answer, 1));
    }

    /** The outcome. */
    sealed interface Answer {
    }

    record Ended(Committed committed) implements Answer {}

    /**
     * Nothing has changed, as a call with an unknown outcome has stored the first of these events.
     *
     * @param storedThrough the last event that is stored
     */
    record InPart(long storedThrough) implements Answer {}
}
