package io.parley.store;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.IfRunning;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.stream.LeaseTimes;
import io.parley.turn.Input;
import io.parley.turn.OpenTurn;
import io.parley.turn.Opening;
import io.parley.turn.TurnStore;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The first of a turn's two round trips, and its undoing. */
@ApplicationScoped
class TurnOpenings {
    /** How many may stand in line in one session. */
    private static final int MOST_WAITERS = 8;
    /** Where the answer to a restart holds what the request chose. */
    private static final int CHOICES = 9;
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
        return gate.insist(Script.OPEN, Keys.of(open.session()), arguments(open))
                .map(answer -> opening(open.session(), answer));
    }

    Uni<Optional<Turn>> known(Owner owner, SessionId session, IdempotencyKey key) {
        return gate.run(Script.KNOWN, Keys.of(session), List.of("=" + owner.name(), key.key(), key.fingerprint()))
                .map(answer -> Answers.is(answer, "NONE") ? Optional.empty()
                        : Optional.of(turn(session, Answers.expect(answer, "KNOWN"))));
    }

    Uni<Void> undo(OpenTurn open) {
        List<String> arguments = List.of("=" + open.owner().name(), open.turn().value(), key(open.idempotency()));
        return gate.run(Script.UNDO, Keys.withLog(open.session(), open.turn()), arguments)
                .invoke(answer -> Answers.expect(answer, "OK"))
                .replaceWithVoid();
    }

    private List<String> arguments(OpenTurn open) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        IdempotencyKey key = open.idempotency();
        NewMessage said = open.input().said();
        ReadPlan plan = open.plan();
        List<String> arguments = new ArrayList<>(List.of("=" + open.owner().name(), open.turn().value(),
                Long.toString(now.toEpochMilli()), key(key), key == null ? "" : key.fingerprint(), kind(open.input()),
                replaced(open.input()),
                said == null ? "" : MessageCodec.encode(said, open.turn(), now), TurnCodec.encode(open, now)));
        arguments.addAll(plan == null ? Plans.NONE : Plans.arguments(plan));
        arguments.addAll(List.of(Integer.toString(limits.maxMessages()), Long.toString(limits.maxBytes()),
                Long.toString(times.lease().toMillis()), replica.name(), SettingsCodec.encodeChoices(open.choices()),
                open.waiter() != null ? open.waiter() : open.overtakes() ? "*" : "",
                Long.toString(times.waiterLife().toMillis()),
                Integer.toString(MOST_WAITERS)));
        arguments.addAll(said == null ? List.of() : Images.arguments(List.of(said)));
        return arguments;
    }

    private static String key(@Nullable IdempotencyKey key) {
        return key == null ? "" : key.key();
    }

    /** The number of the message in whose place something is said, 0 if there is none. */
    static String replaced(Input input) {
        return input instanceof Input.Instead instead ? Long.toString(instead.replaced().sequence()) : "0";
    }

    static String kind(Input input) {
        return switch (input) {
            case Input.Say _ -> "say";
            case Input.AsItStands _ -> "stands";
            case Input.Again _ -> "again";
            case Input.Instead _ -> "instead";
        };
    }

    private Opening opening(SessionId session, Response answer) {
        return switch (Answers.status(answer)) {
            case "OPENED" -> opened(session, answer);
            case "KNOWN" -> new Opening.Known(turn(session, answer));
            case "RUNNING" -> new Opening.Busy(running(answer), ofSession(Answers.text(answer, 2)));
            case "CROWDED" -> throw new Failure.Conflict(FailureCode.TURN_RUNNING,
                    "A turn is running in this session, and too many requests already wait for its end. Try again later.",
                    running(answer));
            case "DEAD" -> new Opening.Dead(turn(session, answer));
            default -> throw Refusals.of(answer);
        };
    }

    /** One who waits has been told before. */
    private static IfRunning ofSession(String settings) {
        return settings.isEmpty() ? IfRunning.WAIT : SettingsCodec.decode(Json.read(settings)).ifRunning();
    }

    private static @Nullable TurnId running(Response answer) {
        String turn = Answers.text(answer, 1);
        return turn.isEmpty() ? null : new TurnId(turn);
    }

    Uni<Optional<TurnStore.Restarted>> restart(Turn taken, int most) {
        List<String> arguments = List.of(taken.id().value(), Long.toString(taken.epoch()), Integer.toString(most));
        return gate.run(Script.RESTART, Keys.of(taken.session()), arguments)
                .map(answer -> Answers.is(answer, "OPENED")
                        ? Optional.of(new TurnStore.Restarted(opened(taken.session(), answer),
                                SettingsCodec.decodeChoices(Answers.text(answer, CHOICES))))
                        : Optional.empty());
    }

    Uni<Boolean> mayOpen(OpenTurn waiter) {
        List<String> arguments = List.of("=" + waiter.owner().name(), String.valueOf(waiter.waiter()), replica.name(),
                Long.toString(times.waiterLife().toMillis()), Integer.toString(MOST_WAITERS));
        return gate.run(Script.LINE, Keys.of(waiter.session()), arguments)
                .map(answer -> Answers.flag(Answers.expect(answer, "OK"), 1));
    }

    Uni<Void> leaveLine(OpenTurn open) {
        List<String> arguments = List.of("=" + open.owner().name(), String.valueOf(open.waiter()));
        return gate.run(Script.LEAVE, Keys.of(open.session()), arguments).replaceWithVoid();
    }

    private static Turn turn(SessionId session, Response answer) {
        return TurnCodec.decode(session, new TurnId(Answers.text(answer, 1)), Answers.text(answer, 2));
    }

    private Opening.Opened opened(SessionId id, Response answer) {
        Session session = Answers.session(id, answer.get(3));
        ReadPlan read = Answers.plan(answer.get(4));
        if (Answers.flag(answer, 6)) {
            refreshIndex(session);
        }
        return new Opening.Opened(turn(id, answer), session, Answers.history(id, answer.get(7)), read,
                Answers.flag(answer, 5), StoredContextCodec.decode(answer.get(8)));
    }

    /** Beside the turn, which does not wait for it: the entry still lives long enough for the next turn to try again. */
    private void refreshIndex(Session session) {
        index.refresh(session).subscribe().with(
                _ -> LOG.debugf("Session %s was entered again in the list of its owner.", session.id()),
                failure -> LOG.warnf("Session %s could not be entered again in the list of its owner: %s", session.id(),
                        failure.getClass().getSimpleName()));
    }
}
