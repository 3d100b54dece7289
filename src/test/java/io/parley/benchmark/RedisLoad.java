package io.parley.benchmark;

import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.store.Stores;
import io.parley.stream.LeaseState;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.testing.Input;
import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * What replies cost Redis, without everything before it: 100 replies at a time, then 500, whose events are stored as the
 * service stores
 * them, five tokens in 200 ms, in ten groups that leave at the same moment.
 */
final class RedisLoad {
    private static final int STREAMS = 100;
    /** So many that commands of several replies meet at Redis. */
    private static final int MANY_STREAMS = 500;
    private static final int TOKENS_A_SECOND = 25;
    private static final int TOKENS = 250;
    private static final int TOKENS_A_BATCH = 5;
    private static final int GROUPS = 10;
    private static final int BETWEEN_GROUPS_MILLIS = 20;
    private final Stores stores;
    private final int streams;
    private final List<Talk> talks = new ArrayList<>();

    private RedisLoad(Stores stores, int streams) {
        this.stores = stores;
        this.streams = streams;
        for (int i = 0; i < streams; i++) {
            talks.add(Talk.begin(stores.sessions(), stores.turns()));
        }
    }

    /** Prints what each round has cost, the first of which warms up and is not printed. */
    static void run(int rounds) {
        run(rounds, STREAMS);
        run(rounds, MANY_STREAMS);
    }

    private static void run(int rounds, int streams) {
        System.out.printf("%nredis: %,d replies of %d tokens at a time, stored without the rest of the service%n%n", streams,
                TOKENS);
        try (RedisServer redis = RedisServer.create("--appendfsync", "everysec"); Stores stores = Stores.on(redis.url())) {
            RedisLoad load = new RedisLoad(stores, streams);
            load.run();
            for (int round = 0; round < rounds; round++) {
                RedisCount before = RedisCount.of(redis);
                load.run();
                RedisCount used = RedisCount.of(redis).minus(before);
                double perMillion = used.cpuSeconds() * 1_000_000 / streams / TOKENS;
                System.out.printf(Locale.ROOT, "Redis CPU s / 1M tokens %.1f, scripts a turn %.1f, KiB a turn %.1f, "
                        + "streams of %d tokens a second for a core %.0f%n", perMillion, (double) used.scripts() / streams,
                        used.bytes() / 1024.0 / streams, TOKENS_A_SECOND, 1_000_000 / perMillion / TOKENS_A_SECOND);
            }
        }
    }

    private void run() {
        List<Turn> turns = talks.stream().map(talk -> talk.opened(new Input.Say(Talk.user("a question")))).toList();
        List<Context> loops = stores.loops();
        CompletableFuture<Void> over = new CompletableFuture<>();
        AtomicLong stored = new AtomicLong();
        for (int group = 0; group < GROUPS; group++) {
            for (int loop = 0; loop < loops.size(); loop++) {
                List<Turn> own = own(turns, group, loop, loops.size());
                long first = 1 + (long) BETWEEN_GROUPS_MILLIS * group;
                begin(loops.get(loop), own, first, stored, over);
            }
        }
        over.join();
        turns.forEach(turn -> Talk.await(stores.turns().commit(Talk.end(turn, TurnState.COMPLETED, "x".repeat(1500),
                events(TOKENS)))));
    }

    private static List<Turn> own(List<Turn> turns, int group, int loop, int loops) {
        List<Turn> own = new ArrayList<>();
        for (int i = 0; i < turns.size(); i++) {
            if (i % GROUPS == group && i / GROUPS % loops == loop) {
                own.add(turns.get(i));
            }
        }
        return own;
    }

    private void begin(Context loop, List<Turn> turns, long delay, AtomicLong stored, CompletableFuture<Void> over) {
        loop.runOnContext(_ -> loop.owner().setTimer(delay, _ -> store(loop, turns, 0, stored, over)));
    }

    private void store(Context loop, List<Turn> turns, int batch, AtomicLong stored, CompletableFuture<Void> over) {
        if (batch * TOKENS_A_BATCH < TOKENS) {
            turns.forEach(turn -> stores.logs().append(turn.session(), turn.id(), turn.epoch(), events(batch * TOKENS_A_BATCH))
                    .subscribe().with(state -> count(state, stored, over), over::completeExceptionally));
            loop.owner().setTimer((long) GROUPS * BETWEEN_GROUPS_MILLIS, _ -> store(loop, turns, batch + 1, stored, over));
        }
    }

    private void count(LeaseState state, AtomicLong stored, CompletableFuture<Void> over) {
        if (!state.isHeld()) {
            over.completeExceptionally(new IllegalStateException("a lease was lost"));
        } else if (stored.incrementAndGet() == (long) streams * TOKENS / TOKENS_A_BATCH) {
            over.complete(null);
        }
    }

    private static List<NumberedEvent> events(int after) {
        return LongStream.rangeClosed(after + 1L, after + TOKENS_A_BATCH)
                .mapToObj(id -> new NumberedEvent(id, new TurnEvent.Delta(" token"))).toList();
    }
}
