package io.parley.stream;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How replicas judge whether the process that runs a turn is still alive. */
@ConfigMapping(prefix = "parley.lease")
public interface LeaseConfig {

    /**
     * How long a turn stays with the process that runs it without a renewal, by Redis' clock; at least 1 s. The other times by
     * which replicas judge each other are parts of it. All replicas on one Redis need the same value.
     */
    @WithDefault("15S")
    Duration time();
}
