package io.parley.provider;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How long a reply may become. */
@ConfigMapping(prefix = "parley.limits")
public interface ReplyLimit {

    /** The most bytes (UTF-8) of one reply. A longer reply ends there with the finish reason {@code length}. */
    @WithDefault("4194304")
    int reply();
}
