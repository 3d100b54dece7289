package io.parley;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** A run of the service that only records how it runs. */
@ConfigMapping(prefix = "parley.rehearsal")
interface RehearsalConfig {

    /**
     * The number of turns that the process runs with each simulated model before it ends by itself. With 0 it serves requests.
     */
    @WithDefault("0")
    int turns();
}
