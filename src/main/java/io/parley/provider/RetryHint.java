package io.parley.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the time that a provider asks a client to wait. It reads the headers in the order of the official clients, then the
 * fields of the error, then its text.
 */
final class RetryHint {
    private static final String AMOUNT = "(?:(?<hours>\\d+)\\s*h(?:ours?|rs?)?(?![a-z])\\s*)?"
            + "(?:(?<minutes>\\d+)\\s*m(?:in(?:ute)?s?)?(?![a-z])\\s*)?"
            + "(?:(?<number>\\d+(?:\\.\\d+)?)\\s*(?<unit>ms|milliseconds?|s|secs?|seconds?)(?![a-z]))?";
    /** The time may stand some words after the verb, in the same sentence. */
    private static final Pattern IN_TEXT = Pattern
            .compile("(?:again|retry|retrying|wait|waiting|resets?)\\b(?:(?!again|retry|wait)[^0-9.]){1,40}?(?=\\d)" + AMOUNT);
    private static final Pattern WHOLE = Pattern.compile(AMOUNT);
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
    private static final List<String> SECONDS = List.of("retry_after", "retryAfter", "retry-after", "retry_after_seconds",
            "Retry-After");
    private static final List<String> MILLIS = List.of("retry_after_ms", "retryAfterMs", "retry-after-ms");
    /** The places below the error in which some servers write the time. */
    private static final List<String> PLACES = List.of("", "/metadata", "/metadata/headers", "/details");

    private RetryHint() {
    }

    /** Returns the time that an answer asks for, never negative; null if it asks for none. */
    static @Nullable Duration of(MultiMap headers, JsonNode body, String message, InstantSource clock) {
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
        return untilDate != null ? untilDate : inBody(body, message);
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

    /**
     * Returns the time that an error asks for.
     *
     * @param body the error as it came; missing if it is no JSON
     * @param message the text of the error, in lower case
     */
    static @Nullable Duration inBody(JsonNode body, String message) {
        JsonNode whole = body.isArray() ? body.path(0) : body;
        Duration stated = stated(whole.path("error"));
        if (stated == null) {
            stated = stated(whole);
        }
        return stated != null ? stated : inText(message);
    }

    private static @Nullable Duration stated(JsonNode error) {
        for (JsonNode detail : error.path("details")) {
            Duration delay = written(detail.path("retryDelay").asText(""));
            if (delay != null) {
                return delay;
            }
        }
        for (String place : PLACES) {
            Duration wait = stated(error.at(place), SECONDS, 1000);
            wait = wait != null ? wait : stated(error.at(place), MILLIS, 1);
            if (wait != null) {
                return wait;
            }
        }
        return null;
    }

    private static @Nullable Duration stated(JsonNode place, List<String> fields, int millisPerUnit) {
        for (String field : fields) {
            String value = place.path(field).asText("");
            Duration number = amount(value, millisPerUnit);
            Duration wait = number != null ? number : written(value);
            if (wait != null) {
                return wait;
            }
        }
        return null;
    }

    /** Reads a value that holds only a time, such as {@code 3.4s}. */
    private static @Nullable Duration written(String value) {
        Matcher found = WHOLE.matcher(value.strip().toLowerCase(Locale.ROOT));
        return found.matches() ? duration(found) : null;
    }

    private static @Nullable Duration inText(String message) {
        Matcher found = IN_TEXT.matcher(message);
        while (found.find()) {
            Duration wait = duration(found);
            if (wait != null) {
                return wait;
            }
        }
        return null;
    }

    private static @Nullable Duration duration(Matcher found) {
        if (found.group("hours") == null && found.group("minutes") == null && found.group("number") == null) {
            return null;
        }
        Duration wait = Duration.ofHours(whole(found.group("hours"))).plusMinutes(whole(found.group("minutes")));
        if (found.group("number") == null) {
            return wait;
        }
        boolean millis = found.group("unit").startsWith("m");
        double number = Double.parseDouble(found.group("number")) * (millis ? 1 : 1000);
        return wait.plusMillis(Math.round(Math.min(number, Integer.MAX_VALUE)));
    }

    private static long whole(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits.substring(0, Math.min(6, digits.length())));
    }
}
