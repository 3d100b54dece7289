package io.parley.provider;

import io.parley.conversation.Failure;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a failed attempt is repeated, and after which pause. Only the provider's own failures are repeated, only if
 * they are marked as retryable, and never after an answer that the provider charges for.
 */
final class RetryPolicy {
    private static final int MOST_DOUBLINGS = 16;

    private final UpstreamConfig config;
    private final ToLongFunction<Duration> jitter;

    /** @param jitter chooses a pause in milliseconds from nothing up to the given one */
    RetryPolicy(UpstreamConfig config, ToLongFunction<Duration> jitter) {
        this.config = config;
        this.jitter = jitter;
    }

    /** Returns the longest time of all attempts of a call together. */
    Duration total() {
        return config.total();
    }

    /**
     * Returns the pause before the next attempt; null if there is none.
     *
     * @param failed how many attempts of the call failed before this one
     * @param elapsed the nanoseconds since the call began
     */
    @Nullable
    Duration pause(Throwable failure, int failed, long elapsed) {
        if (!(failure instanceof Failure.Provider reason) || reason.answered() || !reason.retryable()
                || failed >= config.retries()) {
            return null;
        }
        Duration asked = reason.retryAfter();
        Duration pause = asked != null ? asked : Duration.ofMillis(jitter.applyAsLong(backoff(failed)));
        boolean tooLong = pause.compareTo(config.retryAfterCap()) > 0;
        boolean tooLate = elapsed + pause.toNanos() >= config.total().toNanos();
        return tooLong || tooLate ? null : pause;
    }

    private Duration backoff(int failed) {
        Duration doubled = config.backoff().multipliedBy(1L << Math.min(failed, MOST_DOUBLINGS));
        return doubled.compareTo(config.retryAfterCap()) < 0 ? doubled : config.retryAfterCap();
    }
}
