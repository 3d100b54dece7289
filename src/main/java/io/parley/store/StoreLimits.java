package io.parley.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What a session may hold. */
@ConfigMapping(prefix = "parley.session")
public interface StoreLimits {

    /** Messages a session may hold, superseded ones included. */
    @WithDefault("100000")
    int maxMessages();

    /** Bytes a session may hold as stored, images included. */
    @WithDefault("67108864")
    long maxBytes();
}
