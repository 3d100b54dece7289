package io.parley.session;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much of what is expensive one owner may ask for at a time. */
@ConfigMapping(prefix = "parley.owners")
public interface OwnerLimits {

    /** The most searches of one owner that run at one time in one process. More are refused with 429 {@code rate-limited}. */
    @WithDefault("4")
    int searches();

    /**
     * The most stored bytes that the forks of one owner copy within a minute, in all processes together. More are refused with
     * 429 {@code rate-limited}; a fork that is larger than this is made if it is the only one.
     */
    @WithDefault("128M")
    MemorySize forkBytes();
}
