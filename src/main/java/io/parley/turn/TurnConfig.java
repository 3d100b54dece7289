package io.parley.turn;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Limits of turns. */
@ConfigMapping(prefix = "parley.turns")
public interface TurnConfig {

    /** The longest that a turn may run. */
    @WithDefault("15M")
    Duration maxDuration();

    /** How long a turn goes on without listeners if its {@code onDisconnect} is {@code continue}. */
    @WithDefault("10M")
    Duration continueLimit();

    /** How long after the last listener has left a turn with {@code onDisconnect: cancel} is cancelled. */
    @WithDefault("10S")
    Duration disconnectGrace();

    /** How long Parley keeps a reply that cannot be stored in memory and tries again to store it. */
    @WithDefault("60S")
    Duration commitPatience();

    /** How long a turn that another turn replaces may take to store its own end. */
    @WithDefault("1S")
    Duration takeOver();

    /** How long an input may wait for the running turn of its session to end. */
    @WithDefault("30S")
    Duration waitLimit();

    /** How often a process looks for turns whose process has died. */
    @WithDefault("5S")
    Duration sweep();

    /** The most turns that one process runs at a time. Further turns are refused with 503. */
    @WithDefault("10000")
    int maxRunning();

    /**
     * The most bytes of images, as base64, that calls hold in memory at one time until the model begins to answer. Further
     * calls wait. The default is a twelfth of the heap. A call with more images than that is sent when no other call has any.
     */
    Optional<MemorySize> images();
}
