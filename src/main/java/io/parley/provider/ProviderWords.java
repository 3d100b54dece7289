package io.parley.provider;

import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Prepares a provider's own words for the log. It puts them on one line, cuts them, and hides each part that may be a secret or
 * a user's text, because an error may quote a key, a message or a picture.
 */
final class ProviderWords {
    /** The most characters that are kept. */
    static final int MOST = 300;
    /** The most characters that are read. */
    private static final int MOST_READ = 4_000;
    private static final int LONGEST_NAME = 40;
    private static final String HIDDEN = "…";
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");
    /** Matches a quotation. A quotation without a closing mark goes to the end. */
    private static final Pattern QUOTED = Pattern
            .compile("(?<!\\w)(?:\"([^\"]*+)(?:\"|$)|'([^']*+)(?:'|$)|`([^`]*+)(?:`|$)|“([^”]*+)(?:”|$))");
    private static final Pattern KEYS = Pattern
            .compile("(?i)\\bbearer\\s+\\S+|\\b(?:sk|pk|gsk|xai|key|token)-[^\\s,;]+");
    private static final Pattern LONG = Pattern.compile("[\\w+/=-]{16,}");

    private ProviderWords() {
    }

    /** Returns the words as the log may show them. */
    static String of(String message) {
        String read = message.substring(0, Math.min(MOST_READ, message.length()));
        String line = CONTROLS.matcher(read).replaceAll(" ").strip();
        String unquoted = QUOTED.matcher(line).replaceAll(quote -> isName(quote.group()) ? "$0" : HIDDEN);
        String keyless = KEYS.matcher(unquoted).replaceAll(HIDDEN);
        String hidden = LONG.matcher(keyless).replaceAll(word -> isRandom(word.group()) ? HIDDEN : "$0");
        return hidden.length() <= MOST ? hidden : hidden.substring(0, MOST) + HIDDEN;
    }

    /**
     * Returns whether a quotation may be the name of a field, which the log keeps. A long quotation, or one with a space, may
     * be a user's text.
     */
    private static boolean isName(String quote) {
        return quote.length() <= LONGEST_NAME && quote.chars().noneMatch(Character::isWhitespace);
    }

    /**
     * Returns whether a word may be a key, an id or base64. These have digits; words of a language and names of fields have
     * none.
     */
    private static boolean isRandom(String word) {
        return word.chars().anyMatch(Character::isDigit);
    }

    /** Returns the words without these secrets, in whatever case they are written. */
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
