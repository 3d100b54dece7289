package io.parley.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What the connections of clients may cost. */
@ConfigMapping(prefix = "parley.connections")
public interface ConnectionsConfig {

    /** The most connections of clients at one time. Further ones are closed at once. The management port takes 100 more. */
    @WithDefault("20000")
    int max();

    /**
     * How long the head of a request may take, from its first byte on. The first request of a connection must have come so long
     * after the connection was made, TLS included.
     */
    @WithDefault("10S")
    Duration head();

    /**
     * How long a connection without a request is kept for the next one. A proxy in front must keep its connections for a
     * shorter
     * time, as else it sends a request into a connection that is being closed.
     */
    @WithDefault("75S")
    Duration idle();
}
