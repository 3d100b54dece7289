package io.parley.store;

import io.quarkus.redis.client.RedisHostsProvider;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis beside Parley where no other one is configured: its data stays in the data directory, one process at a time
 * uses it, and it stops after everything that may still write to it.
 */
@ApplicationScoped
@Identifier("embedded")
public class EmbeddedRedis implements RedisHostsProvider {
    private final EmbeddedRedisConfig config;
    private @Nullable DataDirectory data;
    private @Nullable RedisProcess process;

    EmbeddedRedis(EmbeddedRedisConfig config) {
        this.config = config;
    }

    /** Starts it at the first call. */
    @Override
    public synchronized Set<URI> getHosts() {
        if (!config.embeddedRedis().enabled()) {
            throw new StartRefused(
                    "No Redis is configured: set quarkus.redis.hosts (QUARKUS_REDIS_HOSTS), for example to redis://redis:6379.");
        }
        RedisProcess running = process;
        if (running == null) {
            DataDirectory opened = DataDirectory.open(config.dataDir());
            data = opened;
            try {
                running = RedisProcess.start(opened);
            } catch (RuntimeException e) {
                close();
                throw e;
            }
            process = running;
        }
        return Set.of(running.uri());
    }

    /** Called after all observers of the shutdown have run, so that what they still write is kept. */
    @PreDestroy
    synchronized void close() {
        if (process != null) {
            process.stop();
            process = null;
        }
        if (data != null) {
            data.close();
            data = null;
        }
    }
}
