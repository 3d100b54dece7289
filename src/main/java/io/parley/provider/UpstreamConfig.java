package io.parley.provider;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How providers are called: time limits, sizes, connections and retries. */
@ConfigMapping(prefix = "parley.upstream")
public interface UpstreamConfig {

    /** Longest wait for a connection, name look-up and TLS included. */
    @WithDefault("PT10S")
    Duration connect();

    /** Longest wait from the request to the first content. Pings, comments and empty pieces are no content. */
    @WithDefault("PT60S")
    Duration firstContent();

    /** Longest silence between two pieces of content. */
    @WithDefault("PT60S")
    Duration betweenContents();

    /** Longest time of one attempt. */
    @WithDefault("PT15M")
    Duration attempt();

    /** Longest time of all attempts of one call together. */
    @WithDefault("PT15M")
    Duration total();

    /** How long to wait for usage and for the end of the answer once the provider has said why the reply ended. */
    @WithDefault("PT2S")
    Duration afterFinish();

    /** How often a failed attempt is repeated, before its first content only. */
    @WithDefault("2")
    int retries();

    /** The longest first pause before a repetition; each further one may be twice as long, up to {@link #retryAfterCap}. */
    @WithDefault("PT0.5S")
    Duration backoff();

    /** The longest pause that is waited for; if a provider asks for more, the call fails at once and says so. */
    @WithDefault("PT30S")
    Duration retryAfterCap();

    /** Most calls that run at one provider at a time; more are refused. */
    @WithDefault("10000")
    int maxConcurrent();

    /** Most HTTP/1.1 connections to one server, for each event loop. */
    @WithDefault("10000")
    int http1Connections();

    /** Most HTTP/2 connections to one server, for each event loop; each carries as many calls as the server allows. */
    @WithDefault("32")
    int http2Connections();

    /** How long an unused connection is kept. */
    @WithDefault("PT60S")
    Duration keepAlive();

    /** Most bytes of one server-sent event. */
    @WithDefault("16777216")
    int maxEventBytes();

    /** Most bytes of an answer that is one JSON value. */
    @WithDefault("16777216")
    int maxJsonBytes();

    /** Most bytes of an error's body that are looked at. */
    @WithDefault("65536")
    int maxErrorBytes();

    /** When a model is left alone because its provider fails. */
    Breaker breaker();

    /** The circuit breaker of each model. */
    interface Breaker {

        /** Percentage of failed attempts from which on a model is not called for a while; at most 100. */
        @WithDefault("50")
        int failureRate();

        /** So many attempts must have ended within the window before any percentage counts. */
        @WithDefault("10")
        int minimumCalls();

        /** How far back attempts count, in whole seconds. */
        @WithDefault("PT30S")
        Duration window();

        /** How long the model is left alone; then one call is let through, and its outcome decides. */
        @WithDefault("PT15S")
        Duration openFor();
    }
}
