package io.parley.store;

import io.quarkus.runtime.StartupEvent;
import io.vertx.redis.client.Command;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.jboss.logging.Logger;

/** Says at the start if Redis may throw conversations away when its memory is full. */
@ApplicationScoped
class EvictionWarning {
    private static final Logger LOG = Logger.getLogger(EvictionWarning.class);
    private final RedisGate gate;

    EvictionWarning(RedisGate gate) {
        this.gate = gate;
    }

    /** Beside the start, which does not wait: a Redis that is not there yet may come later. */
    void check(@Observes StartupEvent started) {
        gate.send(Command.INFO, List.of("memory")).subscribe().with(answer -> {
            String memory = String.valueOf(answer);
            if (memory.contains("maxmemory_policy:") && !memory.contains("maxmemory_policy:noeviction")) {
                LOG.warn("Redis may evict keys when its memory is full, which loses parts of conversations:"
                        + " set its maxmemory-policy to noeviction");
            }
        }, failure -> LOG.warnf("Redis could not be asked for its eviction policy (%s)", failure.getClass().getSimpleName()));
    }
}
