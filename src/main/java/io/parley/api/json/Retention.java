package io.parley.api.json;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long a session is kept, as it is written: an ISO-8601 duration, or {@code none} for ever. */
public final class Retention {
    private static final String FOR_EVER = "none";
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Retention() {
    }

    /** Whether the text means: for ever. */
    static boolean isForEver(String text) {
        return FOR_EVER.equals(text);
    }

    /** The duration that a text other than {@code none} means, if it is one of one minute to a hundred years. */
    static Optional<Duration> parse(String text) {
        try {
            Duration duration = Duration.parse(text);
            boolean allowed = duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0;
            return allowed ? Optional.of(duration) : Optional.empty();
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /**
     * The duration that a configured text means; null: for ever.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static @Nullable Duration configured(String text) {
        return isForEver(text) ? null
                : parse(text).orElseThrow(() -> new IllegalArgumentException(
                        "parley.sessions.retention must be an ISO-8601 duration from PT1M to P36500D, or none"));
    }

    /** The text of a duration, in days where it is whole days. */
    static String write(@Nullable Duration retention) {
        if (retention == null) {
            return FOR_EVER;
        }
        return retention.equals(Duration.ofDays(retention.toDays())) ? "P" + retention.toDays() + "D" : retention.toString();
    }
}
