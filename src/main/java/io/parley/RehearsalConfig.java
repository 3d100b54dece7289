package io.parley;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** A run of the service that only serves to record how it runs. */
@ConfigMapping(prefix = "parley.rehearsal")
interface RehearsalConfig {

    /** How many turns the process takes with each simulated model before it ends by itself; 0: it serves. */
    @WithDefault("0")
    int turns();
}
