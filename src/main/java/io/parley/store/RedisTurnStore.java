package io.parley.store;

import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.session.ReadRoom;
import io.parley.stream.LeaseTimes;
import io.parley.turn.CommitTurn;
import io.parley.turn.Committed;
import io.parley.turn.OpenTurn;
import io.parley.turn.Opening;
import io.parley.turn.TakeOver;
import io.parley.turn.Target;
import io.parley.turn.TurnStore;
import io.parley.usage.SessionTotals;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns in Redis. */
@ApplicationScoped
public class RedisTurnStore implements TurnStore {
    /** Turns that one page looks at to find those in a state. */
    private static final int MOST_TURNS = 2000;
    private static final int PARTS_OF_AN_ITEM = 3;
    private final RedisGate gate;
    private final TurnOpenings openings;
    private final TurnEnds ends;
    private final LeaseTimes times;
    private final Replica replica;

    RedisTurnStore(RedisGate gate, TurnOpenings openings, TurnEnds ends, LeaseTimes times, Replica replica) {
        this.gate = gate;
        this.times = times;
        this.replica = replica;
        this.openings = openings;
        this.ends = ends;
    }

    @Override
    public Uni<Opening> open(OpenTurn open) {
        return Uni.createFrom().deferred(() -> openings.open(open));
    }

    @Override
    public Uni<Optional<Turn>> known(Owner owner, SessionId session, IdempotencyKey key) {
        return Uni.createFrom().deferred(() -> openings.known(owner, session, key));
    }

    @Override
    public Uni<Void> undo(OpenTurn open) {
        return Uni.createFrom().deferred(() -> openings.undo(open));
    }

    @Override
    public Uni<Committed> commit(CommitTurn commit) {
        return Uni.createFrom().deferred(() -> ends.commit(commit));
    }

    @Override
    public Uni<TakeOver> takeOver(SessionId session, TurnId turn, long epoch, boolean atOnce) {
        return Uni.createFrom().deferred(() -> atOnce || ends.leasesCount() ? ends.takeOver(session, turn, epoch, atOnce)
                : find(session, turn).map(TakeOver.Left::new));
    }

    @Override
    public Uni<Optional<Restarted>> restart(Turn taken, int most) {
        return Uni.createFrom().deferred(() -> openings.restart(taken, most));
    }

    @Override
    public Uni<Boolean> mayOpen(OpenTurn waiter) {
        return Uni.createFrom().deferred(() -> openings.mayOpen(waiter));
    }

    @Override
    public Uni<Void> leaveLine(OpenTurn open) {
        return Uni.createFrom().deferred(() -> openings.leaveLine(open));
    }

    @Override
    public Uni<Turn> requestCancel(Owner owner, SessionId session, TurnId turn) {
        return gate.run(new TurnFind(owner, session, turn, true, replica.name(), times.followerLife()));
    }

    @Override
    public Uni<Turn> follow(Owner owner, SessionId session, TurnId turn) {
        return gate.run(new TurnFind(owner, session, turn, false, replica.name(), times.followerLife()));
    }

    @Override
    public Uni<Turn> find(Owner owner, SessionId session, TurnId turn) {
        return gate.run(new TurnFind(owner, session, turn, false, "", Duration.ZERO));
    }

    @Override
    public Uni<Turn> find(SessionId session, TurnId turn) {
        return gate.run(new TurnFind(null, session, turn, false, "", Duration.ZERO));
    }

    @Override
    public Uni<Page<Turn>> list(Owner owner, SessionId session, @Nullable TurnState state, PageRequest page, ReadRoom room) {
        return Uni.createFrom().deferred(() -> {
            List<String> arguments = List.of("=" + owner.name(), state == null ? "" : StoredNames.TURN_STATE.name(state),
                    Long.toString(Cursors.turn(page.before(), "before")), Long.toString(Cursors.turn(page.after(), "after")),
                    Integer.toString(page.limit()), Integer.toString(MOST_TURNS), Integer.toString(Page.MOST_BYTES));
            return LongReads.read(room, most -> gate.run(Script.TURNS, Keys.of(session), LongReads.arguments(arguments, most)))
                    .chain(answer -> Decoding.of(answer,
                            read -> page(session, page.before() != null, Answers.expect(read, "OK"))));
        });
    }

    private static Page<Turn> page(SessionId session, boolean newer, Response answer) {
        Response items = answer.get(4);
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i + 2 < items.size(); i += PARTS_OF_AN_ITEM) {
            turns.add(TurnCodec.decode(session, new TurnId(Answers.text(items, i + 1)), Answers.text(items, i + 2)));
        }
        String further = Answers.flag(answer, 1) ? Cursors.ofTurn(Answers.number(answer, 3)) : null;
        String back = Answers.flag(answer, 2) && !turns.isEmpty() ? Cursors.ofTurn(Answers.number(items, 0)) : null;
        long bytes = Answers.number(answer, 5);
        if (newer) {
            Collections.reverse(turns);
            return new Page<>(turns, further, back, bytes);
        }
        return new Page<>(turns, back, further, bytes);
    }

    @Override
    public Uni<Peeked> peek(Owner owner, Target target, @Nullable NewMessage message, @Nullable ReadPlan plan) {
        SessionId session = target.session();
        return gate.run(Script.PEEK, Keys.of(session), Peeks.arguments(owner, target, message, plan))
                .chain(answer -> Decoding.of(answer, read -> Peeks.peeked(session, Answers.expect(read, "OK"))));
    }

    @Override
    public Uni<SessionTotals> totals(Owner owner, SessionId session) {
        return gate.run(Script.USAGE, Keys.of(session), List.of("=" + owner.name()))
                .map(answer -> SpendingCodec.totals(Answers.expect(answer, "OK")));
    }

    @Override
    public Uni<History> read(SessionId session, @Nullable MessageId before, ReadPlan plan) {
        List<String> arguments = new ArrayList<>(List.of(before == null ? "0" : Long.toString(before.sequence())));
        arguments.addAll(Plans.arguments(plan));
        return gate.run(Script.READ, Keys.of(session), arguments).map(answer -> {
            Answers.expect(answer, "OK");
            return new History(Answers.history(session, answer.get(2)), Answers.flag(answer, 1));
        });
    }

    @Override
    public Uni<Optional<Message>> message(SessionId session, MessageId message, ReadRoom room) {
        List<String> arguments = List.of("*", Long.toString(message.sequence()));
        return LongReads.read(room, most -> gate.run(Script.MESSAGE, Keys.of(session), LongReads.arguments(arguments, most)))
                .chain(answer -> Decoding.of(answer, read -> Answers.is(read, "OK")
                        ? Optional.of(MessageCodec.decode(message.sequence(), Answers.text(read, 1), Answers.flag(read, 2)))
                        : Optional.empty()));
    }

    @Override
    public Uni<Map<String, ImageBytes>> images(SessionId session, Collection<String> sha256) {
        if (sha256.isEmpty()) {
            return Uni.createFrom().item(Map.of());
        }
        List<String> hashes = List.copyOf(sha256);
        List<String> arguments = new ArrayList<>(List.of(Keys.images(session)));
        arguments.addAll(hashes);
        return gate.send(Command.HMGET, arguments).map(answer -> {
            Map<String, ImageBytes> images = new HashMap<>();
            for (int i = 0; answer != null && i < answer.size(); i++) {
                if (answer.get(i) != null) {
                    images.put(hashes.get(i), Images.decode(hashes.get(i), answer.get(i)));
                }
            }
            return images;
        });
    }
}
