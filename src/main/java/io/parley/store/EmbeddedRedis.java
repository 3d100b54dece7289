package io.parley.store;

import io.quarkus.redis.client.RedisHostsProvider;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis beside Parley where no other one is configured: its data stays in the data directory, one process at a time
 * uses it, and it stops after everything that may still write to it.
 */
@ApplicationScoped
@Identifier("embedded")
public class EmbeddedRedis implements RedisHostsProvider {
    private final EmbeddedRedisConfig config;
    private final Path directory;
    private @Nullable DataDirectory data;
    private @Nullable RedisProcess process;

    /**
     * Starts nothing yet.
     *
     * @param directory where Parley keeps data of its own; a single key, as a mapping of all of {@code parley.*} would claim
     *        those of everybody else
     */
    EmbeddedRedis(EmbeddedRedisConfig config,
            @ConfigProperty(name = "parley.data-dir", defaultValue = "./.parley") Path directory) {
        this.config = config;
        this.directory = directory;
    }

    /** Starts it at the first call. */
    @Override
    public synchronized Set<URI> getHosts() {
        if (!config.enabled()) {
            throw new StartRefused(
                    "No Redis is configured: set quarkus.redis.hosts (QUARKUS_REDIS_HOSTS), for example to redis://redis:6379.");
        }
        RedisProcess running = process;
        if (running == null) {
            DataDirectory opened = DataDirectory.open(directory);
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
