package io.parley.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/** The Redis that Parley brings along, and where it keeps its data. */
@ConfigMapping(prefix = "parley")
public interface EmbeddedRedisConfig {

    /** Where Parley keeps data of its own; from the working directory. One process at a time uses it. */
    @WithDefault("./.parley")
    Path dataDir();

    /** The Redis itself. */
    Server embeddedRedis();

    /** Settings of the server. */
    interface Server {

        /**
         * Whether Parley starts a Redis of its own where {@code quarkus.redis.hosts} names none. A container image never
         * does.
         */
        @WithDefault("true")
        boolean enabled();
    }
}
