package io.parley.turn.recover;

import io.parley.turn.Drain;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** A process that is about to end is not ready, at once; it lives all the same, as its turns go on. */
@Readiness
@ApplicationScoped
class DrainReadiness implements HealthCheck {
    private final Drain drain;

    DrainReadiness(Drain drain) {
        this.drain = drain;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("turns").status(!drain.hasBegun()).build();
    }
}
