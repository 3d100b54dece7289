package io.parley.store;

import io.parley.context.LearnedModels;
import io.parley.context.SummaryStore;
import io.parley.context.VectorStore;
import io.parley.session.OwnerLimits;
import io.parley.session.SessionStore;
import io.parley.stream.EventLogStore;
import io.parley.stream.LeaseTimes;
import io.parley.stream.Notices;
import io.parley.stream.SessionFeedStore;
import io.parley.testing.Timing;
import io.parley.turn.RunningIndex;
import io.parley.turn.TurnStore;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;

/** The stores on a Redis, put together as the application does it, for tests without the application. */
public final class Stores implements AutoCloseable {
    /** As in the service: no lease runs out in the middle of a test, however slow the machine is. */
    private static final LeaseTimes LASTING = new LeaseTimes(() -> Duration.ofSeconds(15));
    private static final Limits ROOMY = new Limits(100_000, 64L * 1024 * 1024);
    private final Vertx vertx = Vertx.vertx();
    private final Traffic traffic = new Traffic();
    private final RedisGate gate;
    private final HealthConnection health;
    private final SessionStore sessions;
    private final TurnStore turns;
    private final EventLogStore logs;
    private final LearnedModels models;
    private final SummaryStore summaries;
    private final VectorStore vectors;
    private final RedisNotices notices;
    private final RedisRunningIndex running;
    private final SessionFeedStore feeds;

    private Stores(String url, InstantSource clock, RedisConfig config, StoreLimits limits, LeaseTimes times) {
        this(options(url, 16), clock, config, limits, times);
    }

    private Stores(RedisOptions options, InstantSource clock, RedisConfig config, StoreLimits limits, LeaseTimes times) {
        RedisClients clients = new RedisClients();
        clients.customize(VertxRedisClientFactory.DEFAULT_CLIENT, options);
        gate = new RedisGate(clients, vertx, config, traffic);
        health = new HealthConnection(clients, vertx, config);
        OwnerIndex index = new OwnerIndex(gate, clock);
        SessionRecords records = new SessionRecords(gate, index, clock);
        ListedSessions listed = new ListedSessions(gate, records);
        sessions = new RedisSessionStore(records, new SessionMessages(gate, listed, index, limits, clock),
                new SessionLists(listed, index, new SessionSearch(gate), clock), listed,
                new SessionForks(gate, records, index, new Owners(), clock), new LastMessages(gate));
        Replica replica = new Replica();
        turns = new RedisTurnStore(gate, new TurnOpenings(gate, index, limits, times, replica, clock),
                new TurnEnds(gate, times, replica), times, replica);
        logs = new RedisEventLogStore(gate, times, replica);
        feeds = new RedisSessionFeedStore(gate, times, replica);
        notices = new RedisNotices(clients, gate, config, times, replica, vertx);
        notices.start(new StartupEvent());
        running = new RedisRunningIndex(gate, times);
        models = new RedisLearnedModels(gate);
        summaries = new RedisSummaryStore(gate);
        vectors = new RedisVectorStore(gate);
    }

    private static RedisOptions options(String url, int places) {
        return new RedisOptions().setConnectionString(url).setMaxPoolSize(places);
    }

    /** Stores with the default configuration. */
    public static Stores on(String url) {
        return on(url, InstantSource.system());
    }

    /** Stores with another clock. */
    public static Stores on(String url, InstantSource clock) {
        return new Stores(url, clock, new Config(), ROOMY, LASTING);
    }

    static Stores on(String url, RedisConfig config) {
        return new Stores(url, InstantSource.system(), config, ROOMY, LASTING);
    }

    /** Creates stores whose connections come from a pool of this size. */
    static Stores on(String url, RedisConfig config, int places) {
        return new Stores(options(url, places), InstantSource.system(), config, ROOMY, LASTING);
    }

    static Stores on(String url, StoreLimits limits) {
        return new Stores(url, InstantSource.system(), new Config(), limits, LASTING);
    }

    /** Stores that soon take silence for the end of a connection. */
    static Stores impatient(String url) {
        return new Stores(url, InstantSource.system(), new Config(), ROOMY, Timing.lease());
    }

    /** Stores that send no sign of life while a test counts commands, however slow the machine is. */
    static Stores silent(String url) {
        return new Stores(url, InstantSource.system(), new Config(), ROOMY, new LeaseTimes(() -> Duration.ofHours(1)));
    }

    /** The same on one connection. */
    static Stores silentOnOneConnection(String url) {
        return new Stores(url, InstantSource.system(),
                new Config(1, 256, 1024, Duration.ofSeconds(20), 3, Duration.ofSeconds(50)),
                ROOMY, new LeaseTimes(() -> Duration.ofHours(1)));
    }

    /** Stores on a cluster with this node. */
    static Stores onCluster(String url) {
        RedisOptions options = new RedisOptions().setType(RedisClientType.CLUSTER).addConnectionString(url).setMaxPoolSize(16);
        return new Stores(options, InstantSource.system(), new Config(), ROOMY, LASTING);
    }

    public SessionStore sessions() {
        return sessions;
    }

    public TurnStore turns() {
        return turns;
    }

    public EventLogStore logs() {
        return logs;
    }

    public RunningIndex running() {
        return running;
    }

    public LearnedModels models() {
        return models;
    }

    public SummaryStore summaries() {
        return summaries;
    }

    public VectorStore vectors() {
        return vectors;
    }

    public SessionFeedStore feeds() {
        return feeds;
    }

    public Notices notices() {
        return notices;
    }

    public Traffic traffic() {
        return traffic;
    }

    /** The event loops of the connections. */
    public List<Context> loops() {
        return List.copyOf(EventLoops.of(vertx));
    }

    RedisGate gate() {
        return gate;
    }

    HealthConnection health() {
        return health;
    }

    @Override
    public void close() {
        notices.close();
        gate.close();
        health.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Limits that are small enough for a test to reach. */
    record Owners() implements OwnerLimits {
        static final int FORK_BYTES = 4 * 1024 * 1024;

        @Override
        public int searches() {
            return 4;
        }

        @Override
        public MemorySize forkBytes() {
            return new MemorySize(BigInteger.valueOf(FORK_BYTES));
        }
    }

    record Limits(int maxMessages, long maxBytes) implements StoreLimits {}

    record Config(OptionalInt connections, int inFlight, int waiting, Duration timeout, int attempts,
            Duration attemptsWithin) implements RedisConfig {
        Config(int connections, int inFlight, int waiting, Duration timeout, int attempts, Duration attemptsWithin) {
            this(OptionalInt.of(connections), inFlight, waiting, timeout, attempts, attemptsWithin);
        }

        @Override
        public Duration steady() {
            return Duration.ZERO;
        }

        /** The default, with more time for a busy machine. */
        Config() {
            this(4, 256, 1024, Duration.ofSeconds(20), 3, Duration.ofSeconds(50));
        }
    }
}
