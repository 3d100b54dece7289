package io.parley.provider;

import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A provider's own words as they may stand in the log: on one line, cut, and without what may be a secret or a user's text. An
 * error may quote a key, a message or a picture.
 */
final class ProviderWords {
    /** Most characters that are kept. */
    static final int MOST = 300;
    /** More are not looked at. */
    private static final int MOST_READ = 4_000;
    private static final int LONGEST_NAME = 40;
    private static final String HIDDEN = "…";
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");
    /** A quote that is not closed goes to the end. */
    private static final Pattern QUOTED = Pattern
            .compile("(?<!\\w)(?:\"([^\"]*+)(?:\"|$)|'([^']*+)(?:'|$)|`([^`]*+)(?:`|$)|“([^”]*+)(?:”|$))");
    private static final Pattern KEYS = Pattern
            .compile("(?i)\\bbearer\\s+\\S+|\\b(?:sk|pk|gsk|xai|key|token)-[^\\s,;]+");
    private static final Pattern LONG = Pattern.compile("[\\w+/=-]{16,}");

    private ProviderWords() {
    }

    /** The words as they may be logged. */
    static String of(String message) {
        String read = message.substring(0, Math.min(MOST_READ, message.length()));
        String line = CONTROLS.matcher(read).replaceAll(" ").strip();
        String unquoted = QUOTED.matcher(line).replaceAll(quote -> isName(quote.group()) ? "$0" : HIDDEN);
        String keyless = KEYS.matcher(unquoted).replaceAll(HIDDEN);
        String hidden = LONG.matcher(keyless).replaceAll(word -> isRandom(word.group()) ? HIDDEN : "$0");
        return hidden.length() <= MOST ? hidden : hidden.substring(0, MOST) + HIDDEN;
    }

    /** The names of fields are worth reading; what has a space or is long may be what somebody said. */
    private static boolean isName(String quote) {
        return quote.length() <= LONGEST_NAME && quote.chars().noneMatch(Character::isWhitespace);
    }

    /** Keys, ids and base64 have digits; words of a language and names of fields have none. */
    private static boolean isRandom(String word) {
        return word.chars().anyMatch(Character::isDigit);
    }

    /** The words without these secrets, however they are spelt. */
    static String without(String words, Collection<String> secrets) {
        String hidden = words;
        for (String secret : secrets) {
            if (!secret.isBlank()) {
                hidden = Pattern.compile(Pattern.quote(secret.toLowerCase(Locale.ROOT)),
                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE).matcher(hidden).replaceAll(HIDDEN);
            }
        }
        return hidden;
    }
}
