package io.parley.store;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.IfRunning;
import io.parley.conversation.NewMessage;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.TurnId;
import io.parley.stream.LeaseTimes;
import io.parley.turn.OpenTurn;
import io.parley.turn.Opening;
import io.parley.turn.Target;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens a turn. */
record TurnOpen(OpenTurn open, Instant now, String replica, StoreLimits limits, LeaseTimes times)
        implements
            ScriptCall<TurnOpen.Answer> {
    /** How many requests may stand in line in one session. */
    static final int MOST_WAITERS = 8;

    @Override
    public Script script() {
        return Script.OPEN;
    }

    @Override
    public List<String> keys() {
        return Keys.of(open.session());
    }

    @Override
    public List<String> arguments() {
        IdempotencyKey key = open.idempotency();
        NewMessage said = open.message();
        ReadPlan plan = open.plan();
        List<String> arguments = new ArrayList<>(24);
        arguments.add("=" + open.owner().name());
        arguments.add(open.turn().value());
        arguments.add(Long.toString(now.toEpochMilli()));
        arguments.add(key == null ? "" : key.key());
        arguments.add(key == null ? "" : key.fingerprint());
        arguments.add(kind(open.target(), said));
        arguments.add(replaced(open.target()));
        arguments.add(said == null ? "" : MessageCodec.encode(said, open.turn(), now));
        arguments.add(TurnCodec.encode(open, now));
        arguments.addAll(plan == null ? Plans.NONE : Plans.arguments(plan));
        arguments.add(Integer.toString(limits.maxMessages()));
        arguments.add(Long.toString(limits.maxBytes()));
        addTimes(arguments);
        arguments.addAll(said == null ? List.of() : Images.arguments(List.of(said)));
        return arguments;
    }

    private void addTimes(List<String> arguments) {
        arguments.add(Long.toString(times.lease().toMillis()));
        arguments.add(replica);
        arguments.add(SettingsCodec.encodeOptions(open.command().options()));
        arguments.add(place());
        arguments.add(Long.toString(times.waiterLife().toMillis()));
        arguments.add(Integer.toString(MOST_WAITERS));
    }

    /** Returns the name under which the request waits; {@code *} if it goes before those that wait. */
    private String place() {
        return switch (open.place()) {
            case NONE -> "";
            case IN_LINE -> open.turn().value();
            case FIRST -> "*";
        };
    }

    /** Returns the number of the message in whose place something is said, or 0 if there is none. */
    static String replaced(Target target) {
        return target instanceof Target.Within within ? Long.toString(within.replaced().sequence()) : "0";
    }

    static String kind(Target target, @Nullable NewMessage message) {
        return switch (target) {
            case Target.Existing _ -> message == null ? "stands" : "say";
            case Target.LastInput _ -> "again";
            case Target.Within _ -> "instead";
        };
    }

    @Override
    public Answer read(Response answer) {
        return switch (Answers.status(answer)) {
            case "OPENED" -> new Answer(OpenedTurn.read(open.session(), answer), OpenedTurn.isIndexShort(answer));
            case "KNOWN" -> new Answer(new Opening.Known(OpenedTurn.turn(open.session(), answer)), false);
            case "RUNNING" -> new Answer(new Opening.Busy(running(answer), ofSession(Answers.text(answer, 2))), false);
            case "CROWDED" -> throw new Failure.Conflict(FailureCode.TURN_RUNNING,
                    "A turn is running in this session, and too many requests already wait for its end. Try again later.",
                    running(answer));
            case "DEAD" -> new Answer(new Opening.Dead(OpenedTurn.turn(open.session(), answer)), false);
            default -> throw Refusals.of(answer);
        };
    }

    /** A request that waits has been told before. */
    private static IfRunning ofSession(String settings) {
        return settings.isEmpty() ? IfRunning.WAIT : SettingsCodec.decode(Json.read(settings)).ifRunning();
    }

    private static @Nullable TurnId running(Response answer) {
        String turn = Answers.text(answer, 1);
        return turn.isEmpty() ? null : new TurnId(turn);
    }

    /** @param indexIsShort whether the owner's index would forget the session before it ends */
    record Answer(Opening opening, boolean indexIsShort) {}
}
