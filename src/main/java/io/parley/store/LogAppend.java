package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.LeaseState;
import io.parley.stream.NumberedEvent;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Appends events to the log of a running turn and renews the turn's lease.
 *
 * @param lease how long the turn stays with its owner; zero gives it up
 */
record LogAppend(SessionId session, TurnId turn, long epoch, Duration lease, List<NumberedEvent> events)
        implements
            ScriptCall<LogAppend.Answer> {
    /** Events stand together up to so many bytes: a reader of a page of a log is given whole entries. */
    static final int ENTRY_BYTES = 8192;

    @Override
    public Script script() {
        return Script.LOG_APPEND;
    }

    @Override
    public List<String> keys() {
        return Keys.sessionAndLog(session, turn);
    }

    @Override
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>(5);
        arguments.add(Long.toString(epoch));
        arguments.add(Long.toString(lease.toMillis()));
        arguments.addAll(LogEntries.of(events, ENTRY_BYTES));
        return arguments;
    }

    @Override
    public Answer read(Response answer) {
        return switch (Answers.status(answer)) {
            case "HELD" -> new Answer(
                    new LeaseState(LeaseState.Kind.HELD, Answers.flag(answer, 1), Answers.flag(answer, 2)),
                    Answers.flag(answer, 3), Answers.number(answer, 4));
            case "LOST" -> new Answer(new LeaseState(LeaseState.Kind.LOST, false, false), false, 0);
            case "GONE" -> new Answer(new LeaseState(LeaseState.Kind.GONE, false, false), false, 0);
            default -> throw Refusals.of(answer);
        };
    }

    /** The same call without the events up to an id. */
    LogAppend after(long id) {
        return new LogAppend(session, turn, epoch, lease, events.stream().filter(event -> event.id() > id).toList());
    }

    /**
     * The outcome.
     *
     * @param due whether session and log must be given their lifetime anew
     * @param storedThrough 0 if all events are stored; else the last event that is, as an earlier call with an unknown outcome
     *        has stored the first events of this one
     */
    record Answer(LeaseState state, boolean due, long storedThrough) {}
}
