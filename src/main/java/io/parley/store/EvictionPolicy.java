package io.parley.store;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.redis.client.Command;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * What Redis does when its memory is full: whether it refuses writes or throws conversations away. A wrong policy is said in
 * the log, at the start and whenever it changes.
 */
@ApplicationScoped
class EvictionPolicy {
    /** The only one that loses nothing. */
    static final String SAFE = "noeviction";
    /** Of a Redis that does not say, as where INFO is not allowed. */
    static final String UNKNOWN = "unknown";
    private static final Logger LOG = Logger.getLogger(EvictionPolicy.class);
    private static final Pattern POLICY = Pattern.compile("maxmemory_policy:([a-z-]{1,40})");
    private final HealthConnection redis;
    private final AtomicReference<String> last = new AtomicReference<>(SAFE);

    EvictionPolicy(HealthConnection redis) {
        this.redis = redis;
    }

    /** Beside the start, which does not wait: a Redis that is not there yet may come later. */
    void check(@Observes StartupEvent started) {
        find().subscribe().with(policy -> LOG.debugf("The maxmemory-policy of Redis is %s.", policy));
    }

    /** Its name; never fails. */
    Uni<String> find() {
        return redis.send(Command.INFO, List.of("memory"))
                .map(answer -> name(String.valueOf(answer)))
                .onFailure().recoverWithItem(UNKNOWN)
                .invoke(this::judge);
    }

    private static String name(String memory) {
        Matcher policy = POLICY.matcher(memory);
        return policy.find() ? policy.group(1) : UNKNOWN;
    }

    private void judge(String policy) {
        if (policy.equals(UNKNOWN) || policy.equals(last.getAndSet(policy)) || policy.equals(SAFE)) {
            return;
        }
        LOG.warnf("Redis evicts keys when its memory is full (%s), so parts of conversations get lost:"
                + " set its maxmemory-policy to noeviction", policy);
    }
}
