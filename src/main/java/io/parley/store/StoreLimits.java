package io.parley.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How large a session may become. */
@ConfigMapping(prefix = "parley.session")
public interface StoreLimits {

    /** The most messages of a session, with superseded messages. */
    @WithDefault("100000")
    int maxMessages();

    /** The most stored bytes of a session, with images. */
    @WithDefault("67108864")
    long maxBytes();
}
