package io.parley.store;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means: Redis answers in time. */
@Readiness
@ApplicationScoped
class RedisReadiness implements AsyncHealthCheck {
    private static final String NAME = "redis";
    private final RedisGate gate;

    RedisReadiness(RedisGate gate) {
        this.gate = gate;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return gate.send(Command.PING, List.of())
                .map(_ -> HealthCheckResponse.up(NAME))
                .onFailure().recoverWithItem(HealthCheckResponse.down(NAME));
    }
}
