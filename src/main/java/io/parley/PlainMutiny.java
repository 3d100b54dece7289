package io.parley;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Keeps MicroProfile Context Propagation out of Mutiny, where Quarkus puts it: it wraps every callback of every pipeline in the
 * contexts of whoever built it, and nothing here has a request scope, a transaction or any other context to carry. It took a
 * quarter of the processor time of a relayed token.
 */
@ApplicationScoped
class PlainMutiny {
    private static final int BEFORE_OTHERS = 1;

    void restore(@Observes @Priority(BEFORE_OTHERS) StartupEvent started) {
        Infrastructure.clearInterceptors();
    }
}
