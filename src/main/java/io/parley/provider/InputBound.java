package io.parley.provider;

import io.parley.conversation.Failure.ContextLimit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the limit in the sentence "x must be <= 8192. Given: 12002", with which Together and servers of Hugging Face's kind
 * refuse an input that is too long. They refuse {@code max_new_tokens}, {@code temperature} and all other fields in the same
 * words, so x decides whether the sentence is about the input.
 */
final class InputBound {
    private static final Pattern SENTENCE = Pattern.compile(
            "(?<what>[^.:;{}\\n]{0,160})must be <= ?(?<limit>\\d{1,18})\\. given: ?(?<requested>\\d{1,18})");
    /** Matches a name of the tokens that the model is to write. */
    private static final Pattern OUTPUT = Pattern.compile("(?:max|min|maximum|minimum|new|output|completion|generated|reasoning"
            + "|thinking|budget|response)[ _-]+(?:(?:new|output|completion|generated|reasoning|thinking|response)[ _-]+)*tokens?"
            + "|tokens? to (?:be )?(?:generate|produce|sample)d?");
    private static final Pattern INPUT = Pattern.compile("(?<![a-z])(?:inputs?|prompts?|context|sequence)(?![a-z])");
    private static final Pattern TOKENS = Pattern.compile("\\btokens?\\b");
    private static final Pattern INPUT_FIELD = Pattern
            .compile("(?:messages?|inputs?|prompts?|contents?|context|system|body)(?![a-z]).*");
    private static final Pattern LETTER = Pattern.compile("\\p{L}");
    /** The lowest limit that any model has. A smaller number counts something else, such as messages or pictures. */
    private static final long LEAST = 256;

    private InputBound() {
    }

    /** Returns the limit of the input that an error states; null if it states none or the limit of another field. */
    static @Nullable ContextLimit in(ErrorBody error) {
        Matcher found = SENTENCE.matcher(error.message());
        if (!found.find() || !isAboutInput(found.group("what"), error.field())) {
            return null;
        }
        ContextLimit limit = new ContextLimit(Long.parseLong(found.group("limit")), Long.parseLong(found.group("requested")));
        return limit.limit() >= LEAST ? limit : null;
    }

    /**
     * Returns whether the sentence is about the input. Its words decide before the field does, because Together names
     * max_tokens as the field even if the sentence is about the input.
     */
    private static boolean isAboutInput(String what, String field) {
        String rest = OUTPUT.matcher(what).replaceAll(" ");
        if (INPUT.matcher(rest).find()) {
            return true;
        }
        boolean mayBe = field.isEmpty() || INPUT_FIELD.matcher(field).matches();
        return mayBe && (TOKENS.matcher(rest).find() || !LETTER.matcher(what).find());
    }
}
