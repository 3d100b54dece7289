package io.parley.store;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Redis of its own for those who ask how Redis is: what waits on the connections of requests, however much
 * that is, says nothing about Redis.
 */
@ApplicationScoped
class HealthConnection {
    private final RedisGate gate;

    HealthConnection(RedisClients clients, Vertx vertx, RedisConfig config) {
        this.gate = new RedisGate(clients, vertx, new One(config), new Traffic());
    }

    /** As {@link RedisGate#send}. */
    Uni<@Nullable Response> send(Command command, List<String> arguments) {
        return gate.send(command, arguments);
    }

    @PreDestroy
    void close() {
        gate.close();
    }

    /** The configured times, for one connection and the few commands that probes send. */
    private record One(RedisConfig shared) implements RedisConfig {
        private static final int COMMANDS = 16;

        @Override
        public OptionalInt connections() {
            return OptionalInt.of(1);
        }

        @Override
        public int inFlight() {
            return COMMANDS;
        }

        @Override
        public int waiting() {
            return COMMANDS;
        }

        @Override
        public Duration timeout() {
            return shared.timeout();
        }

        @Override
        public int attempts() {
            return 1;
        }

        @Override
        public Duration attemptsWithin() {
            return shared.attemptsWithin();
        }

        @Override
        public Duration steady() {
            return shared.steady();
        }
    }
}
