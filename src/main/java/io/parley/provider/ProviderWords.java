package io.parley.provider;

import io.parley.conversation.Cut;
import io.parley.conversation.Failure;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prepares a provider's own words for the log, because an error may quote a key, a message or a picture. The words before the
 * first colon, quotation, bracket or line end are the server's own and stay. After that a word stays only if
 * {@link RefusalWords} knows it. From the first other word on, everything is hidden.
 */
final class ProviderWords {
    /** The most characters that are kept. */
    static final int MOST = 300;
    /** The most characters that are read. */
    private static final int MOST_READ = 4_000;
    private static final String HIDDEN = "…";
    private static final Pattern BEARER = Pattern.compile("(?i)\\bbearer\\s+\\S+");
    private static final String GAP = "\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Zs}";
    private static final Pattern WORD = Pattern.compile("([" + GAP + "]*+)([^" + GAP + "]++)");
    private static final Pattern LINE_END = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}&&[^\\t]]");
    /** Splits a word into opening brackets, the word with its quotation marks, and the punctuation behind it. */
    private static final Pattern PARTS = Pattern.compile("([(\\[{<]*+)(.*?)([.,;:!?)]*+)");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"|'([^']*)'|`([^`]*)`|“([^”]*)”|‘([^’]*)’");
    /** What announces a value within a word. An apostrophe after a letter announces none. */
    private static final Pattern VALUE = Pattern.compile("[:=\"`“”‘«»{}<>|\\\\]|(?<!\\w)'");
    private static final Pattern SECRET = Pattern.compile("(?i)@|\\b(?:sk|pk|gsk|xai|key|token)-\\S");
    private static final Pattern LONG = Pattern.compile("[\\w+/=-]{16,}");

    private ProviderWords() {
    }

    /**
     * Returns the words without users' texts. Before the log shows them, {@link #without} hides known secrets and cuts them.
     */
    static String of(String message) {
        String read = BEARER.matcher(bounded(message)).replaceAll(HIDDEN);
        List<MatchResult> words = WORD.matcher(read).results().toList();
        StringBuilder kept = new StringBuilder();
        boolean own = true;
        for (int i = 0; i < words.size(); i++) {
            Matcher parts = parts(words.get(i).group(2));
            own &= i == 0 || !LINE_END.matcher(words.get(i).group(1)).find();
            own &= parts.group(1).isEmpty() && !VALUE.matcher(parts.group(2)).find() && !RefusalWords.announces(parts.group(2));
            kept.append(i == 0 ? "" : " ");
            if (!own && !isKnown(parts, i + 1 < words.size() ? parts(words.get(i + 1).group(2)).group(2) : "")) {
                return kept.append(HIDDEN).toString();
            }
            kept.append(own && isSecret(parts.group(2)) ? HIDDEN : words.get(i).group(2));
            own &= !parts.group(3).contains(":");
        }
        return kept.toString();
    }

    /** Returns the beginning of a message. A word that the cut goes through is left out, because it may be half of a key. */
    private static String bounded(String message) {
        if (message.length() <= MOST_READ) {
            return message;
        }
        int end = MOST_READ;
        while (end > 0 && !Character.isWhitespace(message.charAt(end))) {
            end--;
        }
        return message.substring(0, end);
    }

    private static Matcher parts(String word) {
        Matcher parts = PARTS.matcher(word);
        if (!parts.matches()) {
            throw new IllegalStateException("every word has these parts");
        }
        return parts;
    }

    /** Returns whether a word may stay behind a colon: a quoted or unquoted name of a field, or a word of refusals. */
    private static boolean isKnown(Matcher parts, String next) {
        String word = parts.group(2);
        if (!QUOTED.matcher(word).matches()) {
            return RefusalWords.announces(word) || RefusalWords.isField(word) || RefusalWords.isWord(word, next);
        }
        return RefusalWords.isField(word.substring(1, word.length() - 1));
    }

    /**
     * Returns whether a word may be a key, an address, an id or base64. Long ones of these have digits; words of a language and
     * names of fields have none.
     */
    private static boolean isSecret(String word) {
        return SECRET.matcher(word).find()
                || LONG.matcher(word).results().anyMatch(part -> part.group().chars().anyMatch(Character::isDigit));
    }

    /** Returns a failure whose words of the provider, if it has any, are without these secrets. */
    static Failure.Provider without(Failure.Provider failure, Collection<String> secrets) {
        Failure.Refusal refusal = failure.refusal();
        return refusal == null ? failure
                : failure.saying(new Failure.Refusal(refusal.message(), refusal.wantsReasoning(),
                        without(refusal.words(), secrets)));
    }

    /** Returns the words without these secrets, in whatever case they are written, and then cuts them. */
    static String without(String words, Collection<String> secrets) {
        String hidden = words;
        for (String secret : secrets) {
            if (!secret.isBlank()) {
                hidden = Pattern.compile(Pattern.quote(secret.toLowerCase(Locale.ROOT)),
                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE).matcher(hidden).replaceAll(HIDDEN);
            }
        }
        return hidden.length() <= MOST ? hidden : Cut.beginning(hidden, MOST) + HIDDEN;
    }
}
