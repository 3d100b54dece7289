package io.parley.store;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready means: Redis answers in time, on a connection of its own. What it would do with full memory is shown beside it and
 * decides nothing: all replicas
 * have the same Redis, so that a service which still loses nothing would be away altogether.
 */
@Readiness
@ApplicationScoped
class RedisReadiness implements AsyncHealthCheck {
    private static final String NAME = "redis";
    private final HealthConnection redis;
    private final EvictionPolicy eviction;

    RedisReadiness(HealthConnection redis, EvictionPolicy eviction) {
        this.redis = redis;
        this.eviction = eviction;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        return Uni.combine().all().unis(redis.send(Command.PING, List.of()), eviction.find())
                .with((_, policy) -> up(policy))
                .onFailure().recoverWithItem(HealthCheckResponse.down(NAME));
    }

    private static HealthCheckResponse up(String policy) {
        HealthCheckResponseBuilder up = HealthCheckResponse.named(NAME).up().withData("evictionPolicy", policy);
        return policy.equals(EvictionPolicy.UNKNOWN) ? up.build()
                : up.withData("losesConversationsWhenFull", !policy.equals(EvictionPolicy.SAFE)).build();
    }
}
