package io.parley.provider;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out how long a provider wants to be left alone: headers in the order of the official clients, then its text. */
final class RetryHint {
    private static final Pattern IN_TEXT = Pattern.compile(
            "try again in (?:(\\d+)\\s*h(?:ours?)?\\s*)?(?:(\\d+)\\s*m(?:in(?:ute)?s?)?(?![a-z])\\s*)?"
                    + "(?:(\\d+(?:\\.\\d+)?)\\s*(ms|milliseconds?|s|seconds?)(?![a-z]))?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

    private RetryHint() {
    }

    /** The wait that is asked for, never negative; null if none is. */
    static @Nullable Duration of(MultiMap headers, String message, InstantSource clock) {
        Duration millis = amount(headers.get("retry-after-ms"), 1);
        if (millis != null) {
            return millis;
        }
        String after = headers.get("retry-after");
        Duration seconds = amount(after, 1000);
        if (seconds != null) {
            return seconds;
        }
        Duration untilDate = until(after, clock);
        return untilDate != null ? untilDate : inText(message);
    }

    private static @Nullable Duration amount(@Nullable String value, int millisPerUnit) {
        if (value == null || !NUMBER.matcher(value.strip()).matches()) {
            return null;
        }
        return Duration.ofMillis(Math.round(Double.parseDouble(value.strip()) * millisPerUnit));
    }

    private static @Nullable Duration until(@Nullable String value, InstantSource clock) {
        if (value == null) {
            return null;
        }
        try {
            Duration wait = Duration.between(clock.instant(),
                    ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** The wait that a message asks for, in lower case; null if it does not. */
    static @Nullable Duration inText(String message) {
        Matcher found = IN_TEXT.matcher(message);
        if (!found.find() || (found.group(1) == null && found.group(2) == null && found.group(3) == null)) {
            return null;
        }
        Duration wait = Duration.ofHours(whole(found.group(1))).plusMinutes(whole(found.group(2)));
        if (found.group(3) == null) {
            return wait;
        }
        boolean millis = found.group(4).toLowerCase(Locale.ROOT).startsWith("m");
        return wait.plusMillis(Math.round(Double.parseDouble(found.group(3)) * (millis ? 1 : 1000)));
    }

    private static long whole(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits.substring(0, Math.min(6, digits.length())));
    }
}
