package io.parley.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** How Parley uses the Redis that {@code quarkus.redis.*} names. */
@ConfigMapping(prefix = "parley.redis")
public interface RedisConfig {

    /** The connections that are kept open and shared by all requests. The default is one for every event loop, at most 32. */
    OptionalInt connections();

    /** The most commands that may be in flight on one connection at a time. */
    @WithDefault("256")
    int inFlight();

    /**
     * The most commands that may wait for a place on a connection. Further requests are refused with 503 {@code overloaded}.
     */
    @WithDefault("1024")
    int waiting();

    /** How long one command may take, with its waiting time, before the request fails with 503 {@code store-unavailable}. */
    @WithDefault("2S")
    Duration timeout();

    /** The most attempts to store the opening or the end of a turn when Redis does not answer. */
    @WithDefault("3")
    int attempts();

    /** The time after which no further attempt of this kind begins. */
    @WithDefault("5S")
    Duration attemptsWithin();

    /**
     * How long Redis must have answered every command before an expired lease means that its owner is dead. While Redis was
     * away, no owner could renew a lease, and a living owner tries again at least every two seconds.
     */
    @WithDefault("8S")
    Duration steady();
}
