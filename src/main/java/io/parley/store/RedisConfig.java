package io.parley.store;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** How Parley uses the Redis that {@code quarkus.redis.*} names. */
@ConfigMapping(prefix = "parley.redis")
public interface RedisConfig {

    /** Connections that are held open and shared by all requests; one for every event loop, at most 32, where it is not set. */
    OptionalInt connections();

    /** Commands that may be under way on one connection at a time. */
    @WithDefault("256")
    int inFlight();

    /** Commands that may wait for a place on a connection; more are refused with 503 {@code overloaded}. */
    @WithDefault("1024")
    int waiting();

    /** How long one command may take, waiting included, before the request fails with 503 {@code store_unavailable}. */
    @WithDefault("2S")
    Duration timeout();

    /** How often the opening and the end of a turn are tried in all when Redis does not answer. */
    @WithDefault("3")
    int attempts();

    /** After how long no further try of these begins. */
    @WithDefault("5S")
    Duration attemptsWithin();

    /**
     * How long Redis must have answered everything before a lease that has run out says that its owner is dead: while it was
     * away nobody could renew one, and an owner that lives tries again every two seconds at the least.
     */
    @WithDefault("8S")
    Duration steady();
}
