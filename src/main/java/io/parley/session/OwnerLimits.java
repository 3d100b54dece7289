package io.parley.session;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Limits of the expensive requests of one owner. */
@ConfigMapping(prefix = "parley.owners")
public interface OwnerLimits {

    /**
     * The most searches of one owner that run at one time in one process. Parley refuses more with 429 {@code rate-limited}.
     */
    @WithDefault("4")
    int searches();

    /**
     * The most stored bytes that the forks of one owner copy within a minute, in all processes together. Parley refuses more
     * with 429 {@code rate-limited}. It makes a fork that is larger than this limit only as the first one of a minute.
     */
    @WithDefault("128M")
    MemorySize forkBytes();
}
