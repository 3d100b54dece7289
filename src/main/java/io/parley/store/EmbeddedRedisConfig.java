package io.parley.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The Redis that Parley brings along. */
@ConfigMapping(prefix = "parley.embedded-redis")
public interface EmbeddedRedisConfig {

    /** Whether Parley starts its own Redis if {@code quarkus.redis.hosts} is not set. The container image never starts one. */
    @WithDefault("true")
    boolean enabled();
}
