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
 * A connection of its own for the health checks of Redis, because a long queue on the connections for requests does not mean
 * that Redis is unwell.
 */
@ApplicationScoped
class HealthConnection {
    private final RedisGate gate;

    HealthConnection(RedisClients clients, Vertx vertx, RedisConfig config) {
        this.gate = new RedisGate(clients, vertx, new One(config), new Traffic());
    }

    /** Sends a command as {@link RedisGate#send} does. */
    Uni<@Nullable Response> send(Command command, List<String> arguments) {
        return gate.send(command, arguments);
    }

    @PreDestroy
    void close() {
        gate.close();
    }

    /** The configured times, with one connection and room for the few commands of probes. */
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
