package io.parley.provider;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How long a reply may become. */
@ConfigMapping(prefix = "parley.limits")
public interface ReplyLimit {

    /** Most bytes (UTF-8) of one reply; it ends there with the reason {@code length}. */
    @WithDefault("4194304")
    int reply();
}
