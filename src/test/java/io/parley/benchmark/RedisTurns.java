package io.parley.benchmark;

import io.parley.context.ContextState;
import io.parley.context.ContextState.Cut;
import io.parley.context.Segment;
import io.parley.context.SentPrefix;
import io.parley.conversation.Owner;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.store.Stores;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import io.parley.turn.CommitTurn;
import io.parley.turn.Opening;
import io.parley.turn.RunningIndex.Entry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * What a short turn costs Redis, step by step and without the rest of the service: each of 200 sessions makes the same step
 * before any makes the next one. Each event loop has one command under way at a time, as in a service with little to do.
 */
final class RedisTurns {
    private static final int SESSIONS = 200;
    private static final int TURNS = 50;
    private static final int TOKENS = 5;
    private static final ReadPlan WINDOW = new ReadPlan(0, 4, 0);
    private final RedisServer redis;
    private final Stores stores;
    private final List<Talk> talks = new ArrayList<>();
    private final Opening.Opened[] opened = new Opening.Opened[SESSIONS];
    private final Map<Step, RedisWork> work = new EnumMap<>(Step.class);

    /** Of a turn, in their order. */
    private enum Step {
        OPEN,
        ENTER,
        APPEND,
        COMMIT,
        LEAVE
    }

    private RedisTurns(RedisServer redis, Stores stores) {
        this.redis = redis;
        this.stores = stores;
        for (int i = 0; i < SESSIONS; i++) {
            Talk talk = Talk.begin(stores.sessions(), stores.turns());
            Talk.await(stores.sessions().update(Owner.LOCAL, talk.session(), null, settings -> settings, (_, _) -> WINDOW));
            talks.add(talk);
        }
    }

    /** Prints what each round has cost, the first of which warms up and is not printed. */
    static void run(int rounds) {
        System.out.printf("%nredis: %,d turns of %d tokens, a window of 4 messages, without the rest of the service%n",
                SESSIONS * TURNS, TOKENS);
        try (RedisServer redis = RedisServer.create("--appendfsync", "everysec"); Stores stores = Stores.on(redis.url())) {
            RedisTurns turns = new RedisTurns(redis, stores);
            turns.run();
            for (int round = 0; round < rounds; round++) {
                turns.work.clear();
                turns.run();
                turns.print();
            }
        }
    }

    private void run() {
        for (int turn = 0; turn < TURNS; turn++) {
            Arrays.stream(Step.values()).forEach(this::take);
        }
    }

    private void take(Step step) {
        RedisWork before = RedisWork.of(redis);
        List<Context> loops = stores.loops();
        AtomicInteger next = new AtomicInteger();
        List<CompletableFuture<Void>> over = loops.stream().map(loop -> {
            CompletableFuture<Void> done = new CompletableFuture<>();
            loop.runOnContext(_ -> take(step, next, done));
            return done;
        }).toList();
        over.forEach(CompletableFuture::join);
        work.merge(step, RedisWork.of(redis).minus(before), RedisWork::plus);
    }

    private void take(Step step, AtomicInteger next, CompletableFuture<Void> done) {
        int session = next.getAndIncrement();
        if (session >= SESSIONS) {
            done.complete(null);
            return;
        }
        call(step, session).subscribe().with(_ -> take(step, next, done), done::completeExceptionally);
    }

    private Uni<?> call(Step step, int session) {
        Turn turn = opened[session] == null ? null : opened[session].turn();
        return switch (step) {
            case OPEN -> stores.turns().open(talks.get(session).request(new Input.Say(Talk.user("a question")), null))
                    .invoke(opening -> opened[session] = (Opening.Opened) opening);
            case ENTER -> stores.running().change(List.of(new Entry(turn.session(), turn.id())), List.of());
            case APPEND -> stores.logs().append(turn.session(), turn.id(), turn.epoch(), events(1, 3));
            case COMMIT -> stores.turns().commit(end(opened[session]));
            case LEAVE -> stores.running().change(List.of(), List.of(new Entry(turn.session(), turn.id())));
        };
    }

    private static CommitTurn end(Opening.Opened opened) {
        CommitTurn end = Talk.end(opened.turn(), TurnState.COMPLETED, " token".repeat(TOKENS), events(4, TOKENS));
        long first = opened.history().getFirst().id().sequence();
        ContextState state = new ContextState(new Cut(first, 0, first, false), 0, 30, 5, "3f2a9c", "a-model", Instant.EPOCH,
                null, "", new SentPrefix(List.of(new Segment(Segment.Kind.SYSTEM, "5b8f", 12),
                        new Segment(Segment.Kind.MESSAGES, first + ".77ab", 40))));
        CommitTurn.Next next = new CommitTurn.Next(WINDOW, state, opened.context().version());
        return new CommitTurn(end.turn(), end.reply(), end.tokens(), next, end.events());
    }

    private static List<NumberedEvent> events(int first, int last) {
        return LongStream.rangeClosed(first, last).mapToObj(id -> new NumberedEvent(id, new TurnEvent.Delta(" token")))
                .toList();
    }

    private void print() {
        System.out.printf("%n%-8s %10s %12s %14s %8s%n", "step", "CPU µs", "µs in calls", "inner calls", "bytes");
        work.forEach(RedisTurns::print);
        print("turn", work.values().stream().reduce(RedisWork.NONE, RedisWork::plus));
    }

    private static void print(Object step, RedisWork work) {
        double turns = (double) SESSIONS * TURNS;
        System.out.printf(Locale.ROOT, "%-8s %10.1f %12.1f %14.2f %8.0f%n", step.toString().toLowerCase(Locale.ROOT),
                work.cpuMicros() / turns, work.commandMicros() / turns, work.innerCalls() / turns, work.bytes() / turns);
    }
}
