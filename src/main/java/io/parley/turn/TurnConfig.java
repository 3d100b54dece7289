package io.parley.turn;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How long turns may take. */
@ConfigMapping(prefix = "parley.turns")
public interface TurnConfig {

    /** The longest that a turn may run. */
    @WithDefault("15M")
    Duration maxDuration();

    /** How long a turn that continues without listeners goes on. */
    @WithDefault("10M")
    Duration continueLimit();

    /** How long after its last listener has left a turn with {@code onDisconnect: cancel} is cancelled. */
    @WithDefault("10S")
    Duration disconnectGrace();

    /** How long a reply that cannot be stored is kept in memory and tried again. */
    @WithDefault("60S")
    Duration commitPatience();

    /** How long a turn that makes way for another one may take to store its own end. */
    @WithDefault("1S")
    Duration takeOver();

    /** How long an input may wait for the running turn of its session to end. */
    @WithDefault("30S")
    Duration waitLimit();

    /** How often a process looks for turns that other processes have left behind. */
    @WithDefault("5S")
    Duration sweep();

    /** How many turns one process runs at a time; more are refused with 503. */
    @WithDefault("10000")
    int maxRunning();

    /**
     * The images, as base64, that are in memory at one time for calls that the model has not begun to answer; more wait.
     * Default: a twelfth of the heap. What is larger by itself is sent when there is nothing else.
     */
    Optional<MemorySize> images();
}
