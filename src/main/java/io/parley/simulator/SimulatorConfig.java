package io.parley.simulator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the simulated models behave. What the user's text says in brackets wins, see {@link Commands}. */
@ConfigMapping(prefix = "parley.simulator")
public interface SimulatorConfig {

    /** Whether the simulated models are served at all. */
    @WithDefault("true")
    boolean enabled();

    /** Whether they also answer other machines and requests that came through a proxy; else only this machine's own. */
    @WithDefault("false")
    boolean openToNetwork();

    /** How long they think before the first token. */
    @WithDefault("150ms")
    Duration firstTokenDelay();

    /** Time between two tokens; 0: as fast as the client reads. */
    @WithDefault("20ms")
    Duration tokenInterval();

    /** How many tokens one streamed event brings; the pace in tokens stays the same. 1 or more. */
    @WithDefault("1")
    int tokensPerEvent();

    /** Tokens of input and output together that they take; a token is four characters. */
    @WithDefault("128000")
    int contextWindow();

    /** Replies in the making at one time; above it, requests are refused as overloaded. */
    @WithDefault("1000")
    int maxReplies();
}
