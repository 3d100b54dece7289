package io.parley.simulator;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the user's own words order in brackets, for demonstrations and tests.
 * <ul>
 * <li>{@code [pace=5]} milliseconds between tokens, {@code [first=2000]} before the first one
 * <li>{@code [words=500]} a reply of so many words, {@code [window=4000]} a smaller context window
 * <li>{@code [fail=…]} with {@code 400}, {@code 401}, {@code 403}, {@code 404}, {@code 413}, {@code 429}, {@code 500},
 * {@code 503}, {@code 529}, {@code quota} or {@code context}: refused at once; with {@code error}, {@code cut} or
 * {@code hang}: half the reply, then an error in the stream, a broken connection, or silence
 * </ul>
 * Numbers beyond the bounds are cut to them; unknown commands are plain text.
 */
record Commands(String text, Duration firstDelay, Duration interval, int tokensPerEvent, OptionalInt words,
        int contextWindow, Optional<String> failure) {
    private static final Pattern COMMAND = Pattern
            .compile("\\[(pace|first|words|window|fail)=([a-z0-9]{1,9})]", Pattern.CASE_INSENSITIVE);
    private static final int LONGEST_PAUSE_MILLIS = 120_000;
    private static final int MOST_WORDS = 20_000;

    /** Reads the commands of a text. */
    static Commands of(String text, SimulatorConfig config) {
        Found found = new Found();
        String rest = COMMAND.matcher(text).replaceAll(match -> {
            found.take(match.group(1).toLowerCase(Locale.ROOT), match.group(2).toLowerCase(Locale.ROOT));
            return found.understood ? "" : Matcher.quoteReplacement(match.group());
        });
        return new Commands(rest.strip(), found.first.orElse(config.firstTokenDelay()),
                found.pace.orElse(config.tokenInterval()), Math.max(1, config.tokensPerEvent()), found.words,
                found.window.orElse(config.contextWindow()), found.failure);
    }

    /** The text without its commands. */
    static String strip(String text) {
        return COMMAND.matcher(text).replaceAll("").strip();
    }

    private static final class Found {
        private Optional<Duration> pace = Optional.empty();
        private Optional<Duration> first = Optional.empty();
        private OptionalInt words = OptionalInt.empty();
        private OptionalInt window = OptionalInt.empty();
        private Optional<String> failure = Optional.empty();
        private boolean understood;

        void take(String name, String value) {
            boolean number = value.chars().allMatch(Character::isDigit);
            understood = number || "fail".equals(name);
            if ("fail".equals(name)) {
                failure = Optional.of(value);
            } else if (number) {
                takeNumber(name, Integer.parseInt(value));
            }
        }

        private void takeNumber(String name, int value) {
            switch (name) {
                case "pace" -> pace = Optional.of(Duration.ofMillis(Math.min(value, LONGEST_PAUSE_MILLIS)));
                case "first" -> first = Optional.of(Duration.ofMillis(Math.min(value, LONGEST_PAUSE_MILLIS)));
                case "words" -> words = OptionalInt.of(Math.min(value, MOST_WORDS));
                default -> window = OptionalInt.of(value);
            }
        }
    }
}
