package io.parley.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The Redis that Parley brings along. */
@ConfigMapping(prefix = "parley.embedded-redis")
public interface EmbeddedRedisConfig {

    /** Whether Parley starts a Redis of its own where {@code quarkus.redis.hosts} names none. A container image never does. */
    @WithDefault("true")
    boolean enabled();
}
