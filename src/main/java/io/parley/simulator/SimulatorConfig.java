package io.parley.simulator;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the simulated models behave. Commands in brackets in the user's text override these settings, see {@link Commands}. */
@ConfigMapping(prefix = "parley.simulator")
public interface SimulatorConfig {

    /** Whether the simulated models are served. */
    @WithDefault("true")
    boolean enabled();

    /** Whether the simulated models also answer requests of other machines and requests through a proxy. */
    @WithDefault("false")
    boolean openToNetwork();

    /** How long the simulated models wait before the first token. */
    @WithDefault("150ms")
    Duration firstTokenDelay();

    /** The time between two tokens. With 0, tokens come as fast as the client reads. */
    @WithDefault("20ms")
    Duration tokenInterval();

    /** The number of tokens in one streamed event, 1 or more. The tokens per second stay the same. */
    @WithDefault("1")
    int tokensPerEvent();

    /** The context window: tokens of input and output together. A token is four characters. */
    @WithDefault("128000")
    int contextWindow();

    /** The most replies that are written at one time. Further requests are refused as overloaded. */
    @WithDefault("1000")
    int maxReplies();
}
