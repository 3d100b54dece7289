package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.RedisServer;
import io.parley.testing.Talk;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.redis.client.Command;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

/** A process is ready even if its connections to Redis are busy. */
class HealthConnectionTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void redis_is_found_well_though_every_connection_of_the_requests_is_taken_and_more_wait() {
        try (RedisServer server = RedisServer.create();
                Stores stores = Stores.on(server.url(), new Stores.Config(1, 1, 1, LONG, 1, LONG))) {
            Cancellable running = blocked(stores);
            Cancellable waiting = blocked(stores);

            HealthCheckResponse found = Talk
                    .await(new RedisReadiness(stores.health(), new EvictionPolicy(stores.health())).call());

            assertThat(found.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
            assertThat(found.getData().orElseThrow()).containsEntry("evictionPolicy", "noeviction");
            running.cancel();
            waiting.cancel();
        }
    }

    /** Runs a command that occupies a connection for ever. */
    private static Cancellable blocked(Stores stores) {
        return stores.gate().send(Command.BLPOP, List.of("nothing", "0")).subscribe().with(_ -> {
        }, _ -> {
        });
    }
}
