package io.parley;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.SmallRyeConfig;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/**
 * Refuses to start with a limit or time that can only be a mistake: one line that names the key, instead of a service that
 * answers every request with an error. What is no number at all is refused before, when the configuration is read.
 */
@Startup(SaneSettings.FIRST)
@Singleton
final class SaneSettings {
    /** Before other beans that start by themselves use what is checked here. */
    static final int FIRST = 1;
    static final List<String> POSITIVE_SIZES = List.of("parley.limits.body", "parley.limits.bodies", "parley.limits.answers",
            "parley.limits.answers-rate", "parley.limits.text",
            "parley.limits.image", "parley.turns.images", "parley.limits.instructions", "parley.limits.metadata",
            "parley.limits.tool-definitions", "parley.owners.fork-bytes");
    static final List<String> POSITIVE_COUNTS = List.of("parley.connections.max", "parley.limits.images", "parley.limits.tools",
            "parley.owners.searches",
            "parley.turns.max-running", "parley.context.summary-tokens", "parley.recall.cache-bytes",
            "parley.session.max-messages", "parley.session.max-bytes",
            "parley.limits.answers-waiting", "parley.limits.messages", "parley.limits.depth", "parley.limits.values",
            "parley.limits.reply",
            "parley.upstream.max-concurrent", "parley.upstream.http1-connections", "parley.upstream.http2-connections",
            "parley.upstream.breaker.minimum-calls", "parley.upstream.max-event-bytes", "parley.upstream.max-json-bytes",
            "parley.upstream.max-error-bytes",
            "parley.simulator.tokens-per-event", "parley.simulator.context-window", "parley.simulator.max-replies");
    static final List<String> POSITIVE_TIMES = List.of("parley.connections.head", "parley.connections.idle",
            "parley.sse.heartbeat", "parley.sse.write-limit", "parley.sse.retry",
            "parley.turns.max-duration", "parley.recall.limit", "parley.turns.continue-limit", "parley.turns.commit-patience",
            "parley.turns.sweep", "parley.limits.upload", "parley.limits.answers-wait",
            "parley.upstream.connect", "parley.upstream.first-content", "parley.upstream.between-contents",
            "parley.upstream.alive-without-content", "parley.upstream.attempt", "parley.upstream.total",
            "parley.upstream.after-finish",
            "parley.upstream.retry-after-cap", "parley.upstream.keep-alive", "parley.upstream.breaker.window",
            "parley.upstream.breaker.open-for", "parley.embeddings.timeout");
    /** Shorter ones would run out between two batches of a log. */
    static final List<String> TIMES_FROM_A_SECOND = List.of("parley.lease.time");
    static final List<String> PERCENTAGES = List.of("parley.upstream.breaker.failure-rate");
    /** Zero has a meaning here: not at all, or at once. */
    static final List<String> COUNTS_FROM_ZERO = List.of("parley.upstream.retries");
    static final List<String> TIMES_FROM_ZERO = List.of("parley.turns.disconnect-grace", "parley.turns.take-over",
            "parley.turns.wait-limit", "parley.recall.loading",
            "parley.drain.limit", "parley.drain.grace",
            "parley.upstream.backoff",
            "parley.simulator.first-token-delay",
            "parley.simulator.token-interval");

    /** @throws ConfigurationException that names the first key whose value makes no sense */
    SaneSettings(Config config) {
        SmallRyeConfig settings = config.unwrap(SmallRyeConfig.class);
        POSITIVE_SIZES.forEach(key -> settings.getOptionalValue(key, MemorySize.class)
                .ifPresent(size -> positive(key, size.asBigInteger().signum(), size.asBigInteger())));
        POSITIVE_COUNTS.forEach(key -> settings.getOptionalValue(key, Long.class)
                .ifPresent(count -> positive(key, Long.signum(count), count)));
        POSITIVE_TIMES.forEach(key -> settings.getOptionalValue(key, Duration.class)
                .ifPresent(time -> positive(key, time.compareTo(Duration.ZERO), time)));
        TIMES_FROM_A_SECOND
                .forEach(key -> settings.getOptionalValue(key, Duration.class).ifPresent(time -> aSecond(key, time)));
        PERCENTAGES.forEach(key -> settings.getOptionalValue(key, Integer.class).ifPresent(part -> percentage(key, part)));
        COUNTS_FROM_ZERO.forEach(key -> settings.getOptionalValue(key, Long.class)
                .ifPresent(count -> notNegative(key, Long.signum(count), count)));
        TIMES_FROM_ZERO.forEach(key -> settings.getOptionalValue(key, Duration.class)
                .ifPresent(time -> notNegative(key, time.compareTo(Duration.ZERO), time)));
    }

    private static void positive(String key, int sign, Object value) {
        if (sign <= 0) {
            throw new ConfigurationException(key + ": must be more than 0, but is " + value);
        }
    }

    private static void aSecond(String key, Duration time) {
        if (time.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new ConfigurationException(key + ": must be at least 1 s, but is " + time);
        }
    }

    private static void percentage(String key, int value) {
        if (value < 1 || value > 100) {
            throw new ConfigurationException(key + ": must be from 1 to 100, but is " + value);
        }
    }

    private static void notNegative(String key, int sign, Object value) {
        if (sign < 0) {
            throw new ConfigurationException(key + ": must not be less than 0, but is " + value);
        }
    }
}
