package io.parley.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of the connections of clients. */
@ConfigMapping(prefix = "parley.connections")
public interface ConnectionsConfig {

    /** The most connections of clients at one time. Parley closes further ones at once. The management port takes 100 more. */
    @WithDefault("20000")
    int max();

    /**
     * How long the head of a request may take, from its first byte on. The first request of a connection has the same time from
     * the start of the connection, TLS included.
     */
    @WithDefault("10S")
    Duration head();

    /**
     * How long Parley keeps a connection without a request for the next one. A proxy in front must keep its connections for a
     * shorter time, because it may otherwise send a request into a connection that Parley is closing.
     */
    @WithDefault("75S")
    Duration idle();
}
