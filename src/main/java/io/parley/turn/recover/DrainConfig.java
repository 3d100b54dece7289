package io.parley.turn.recover;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long this process may take to shut down. */
@ConfigMapping(prefix = "parley.drain")
public interface DrainConfig {

    /** How long running turns may go on after the shutdown has begun. */
    @WithDefault("PT30S")
    Duration limit();

    /** How long it may take after {@link #limit} to store the ends of turns and to finish tasks that follow turns. */
    @WithDefault("PT5S")
    Duration grace();
}
