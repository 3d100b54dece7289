package io.parley.turn;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long this process may take to end once it has been asked to. */
@ConfigMapping(prefix = "parley.drain")
public interface DrainConfig {

    /** How long the turns that run may go on. */
    @WithDefault("PT30S")
    Duration limit();

    /** How long, after that, the ends of turns and what follows them may take to be stored. */
    @WithDefault("PT5S")
    Duration grace();
}
