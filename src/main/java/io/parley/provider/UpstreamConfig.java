package io.parley.provider;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How providers are called: time limits, sizes, connections and retries. */
@ConfigMapping(prefix = "parley.upstream")
public interface UpstreamConfig {

    /** The longest wait for a connection, with DNS and TLS. */
    @WithDefault("PT10S")
    Duration connect();

    /** The longest silence before the first content. Silence is time without a single byte. */
    @WithDefault("PT60S")
    Duration firstContent();

    /** The longest silence after the first content. */
    @WithDefault("PT60S")
    Duration betweenContents();

    /**
     * The longest time since the last content while the provider still sends bytes, such as pings, comments and empty pieces.
     */
    @WithDefault("PT10M")
    Duration aliveWithoutContent();

    /** The longest time of one attempt. */
    @WithDefault("PT15M")
    Duration attempt();

    /** The longest time of all attempts of one call together. */
    @WithDefault("PT15M")
    Duration total();

    /**
     * How long Parley waits for the usage and the end of the answer after the provider has sent the finish reason. A reply
     * without an answer, and a reply that continues after a finish reason, ends only with its stream.
     */
    @WithDefault("PT2S")
    Duration afterFinish();

    /** How many times a failed attempt is repeated. It is repeated only if it failed before its first content. */
    @WithDefault("2")
    int retries();

    /** The longest pause before the first repetition. Each further pause may be twice as long, up to {@link #retryAfterCap}. */
    @WithDefault("PT0.5S")
    Duration backoff();

    /**
     * The longest pause between two attempts. If a provider asks for a longer pause, the call fails at once with this pause.
     */
    @WithDefault("PT30S")
    Duration retryAfterCap();

    /** The most calls that run at one provider at a time. Further calls are refused. */
    @WithDefault("10000")
    int maxConcurrent();

    /** The most HTTP/1.1 connections to one server, per event loop. */
    @WithDefault("10000")
    int http1Connections();

    /**
     * The most HTTP/2 connections to one server, per event loop. Each connection carries as many calls as the server allows.
     */
    @WithDefault("32")
    int http2Connections();

    /** How long an unused connection is kept. */
    @WithDefault("PT60S")
    Duration keepAlive();

    /** The most bytes of one server-sent event. */
    @WithDefault("16777216")
    int maxEventBytes();

    /** The most bytes of an answer that is one JSON value. */
    @WithDefault("16777216")
    int maxJsonBytes();

    /** The most bytes of an error's body that Parley reads. */
    @WithDefault("65536")
    int maxErrorBytes();

    /** When a model is no longer called because its provider fails. */
    Breaker breaker();

    /** The circuit breaker of each model. */
    interface Breaker {

        /** The percentage of failed attempts, from 1 to 100, that stops the calls to a model for a while. */
        @WithDefault("50")
        int failureRate();

        /** How many attempts must have ended within the window before the percentage counts. */
        @WithDefault("10")
        int minimumCalls();

        /** How far back attempts count, in whole seconds. */
        @WithDefault("PT30S")
        Duration window();

        /** How long the model is not called. After that, one call is let through, and its outcome decides. */
        @WithDefault("PT15S")
        Duration openFor();
    }
}
