package io.parley.provider;

import io.parley.conversation.Failure.ContextLimit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes a request that needs more tokens than the account may use in a whole minute from a request that came too early.
 * The provider refuses the former however often Parley repeats it, but accepts a shorter request.
 */
final class TokenRate {
    private static final Pattern FIGURES = Pattern
            .compile("limit[: ]+(?<limit>\\d{1,18})\\b.{0,80}?requested[: ]+(?<requested>\\d{1,18})\\b");
    private static final Pattern TOKENS = Pattern.compile("\\b(tokens?|tpm)\\b");
    /** A shorter input asks for no fewer tokens of the reply. */
    private static final Pattern OUTPUT = Pattern.compile("\\b(?:output|completion) tokens per\\b|\\botpm\\b");
    private static final Pattern SEPARATOR = Pattern.compile("(?<=\\d),(?=\\d{3}\\b)");
    private static final Pattern TOO_LARGE = Pattern.compile("request too large\\b.*\\btokens?\\b", Pattern.DOTALL);

    private TokenRate() {
    }

    /** Returns whether waiting cannot help. */
    static boolean isTooLow(ErrorBody error) {
        boolean refused = (error.status() == 413 || error.status() == 429 || error.hasCode("rate_limit_exceeded"))
                && !OUTPUT.matcher(error.message()).find();
        boolean figures = FIGURES.matcher(plain(error)).find();
        return refused && (figures ? limit(error) != null : TOO_LARGE.matcher(error.message()).find());
    }

    /** Returns the tokens of a minute if the request needs more; null if the error does not state that. */
    static @Nullable ContextLimit limit(ErrorBody error) {
        Matcher figures = FIGURES.matcher(plain(error));
        if (!TOKENS.matcher(error.message()).find() || OUTPUT.matcher(error.message()).find() || !figures.find()) {
            return null;
        }
        long limit = Long.parseLong(figures.group("limit"));
        long requested = Long.parseLong(figures.group("requested"));
        return limit > 0 && requested > limit ? new ContextLimit(limit, requested) : null;
    }

    /** Removes the commas between thousands. */
    private static String plain(ErrorBody error) {
        return SEPARATOR.matcher(error.message()).replaceAll("");
    }
}
