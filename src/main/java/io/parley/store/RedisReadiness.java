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
 * Reports whether Redis answers in time on a connection of its own. The check also shows what Redis does when its memory is
 * full. This does not change the result, because all replicas share one Redis, so a service that still loses no data would
 * disappear altogether.
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
