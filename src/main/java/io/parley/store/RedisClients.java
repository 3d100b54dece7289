package io.parley.store;

import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.quarkus.redis.runtime.client.VertxRedisClientFactory;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Makes clients as {@code quarkus.redis.*} describes them, one for every connection that is tried. A client that is shared
 * cannot be rid of a connection on which the greeting is never answered, which keeps its place in the pool for ever; one
 * that serves a single connection is closed as a whole, with every socket it has, however far that socket has come.
 */
@ApplicationScoped
class RedisClients implements RedisOptionsCustomizer {
    private volatile @Nullable RedisOptions options;

    /** Learns what is configured; Quarkus calls this while it makes its own client. */
    @Override
    public void customize(String name, RedisOptions configured) {
        if (name.equals(VertxRedisClientFactory.DEFAULT_CLIENT)) {
            options = configured;
        }
    }

    /** Quarkus reads the configuration only if somebody asks for its client, which itself never connects. */
    void ask(@Observes StartupEvent started, Redis client) {
        // Asking is all.
    }

    /** A client that has not connected yet, bound to the current context. */
    Client create(Vertx vertx, RedisConfig config) {
        RedisOptions known = options;
        if (known == null) {
            throw new IllegalStateException("No Redis is configured: set quarkus.redis.hosts (QUARKUS_REDIS_HOSTS).");
        }
        NetClientOptions net = new NetClientOptions(known.getNetClientOptions());
        net.setConnectTimeout((int) Math.min(net.getConnectTimeout(), config.timeout().toMillis()));
        return new Client(Redis.createClient(new GatheringVertx(vertx), new RedisOptions(known).setNetClientOptions(net)
                .setMaxWaitingHandlers(Math.max(known.getMaxWaitingHandlers(), config.inFlight() + 1))));
    }

    /** A client for one connection. */
    static final class Client {
        private final Redis redis;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Client(Redis redis) {
            this.redis = redis;
        }

        /** May never answer, not even with a failure. */
        Future<RedisConnection> connect() {
            return Future.<Void> succeededFuture().compose(_ -> redis.connect());
        }

        /** Ends all its sockets at once, also those that are still being greeted. */
        void close() {
            if (closed.compareAndSet(false, true)) {
                redis.close();
            }
        }
    }
}
