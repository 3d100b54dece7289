package io.parley.provider;

import io.parley.conversation.Failure.ContextLimit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The sentences in which servers of OpenAI's format state that an input is too long, and the limit. */
final class StatedLimit {
    private static final List<Pattern> SENTENCES = List.of(
            // Moonshot.
            Pattern.compile("model token limit: (?<limit>\\d+)(?: \\(requested: (?<requested>\\d+))?"),
            // xAI.
            Pattern.compile("maximum prompt length is (?<limit>\\d+) but the request contains (?<requested>\\d+) tokens"),
            // Mistral.
            Pattern.compile("contains (?<requested>\\d+) tokens.{0,80}?with (?<limit>\\d+) maximum context length"),
            // LM Studio, in three versions.
            Pattern.compile("keep the first (?<requested>\\d+) tokens.{0,120}?context length of only (?<limit>\\d+) tokens"),
            Pattern.compile("n_keep \\((?<requested>\\d+)\\) >= n_ctx \\((?<limit>\\d+)\\)"),
            Pattern.compile("tokens to keep from the initial prompt is greater than the context length"
                    + "(?<limit>\\d*)(?<requested>\\d*)"));

    private StatedLimit() {
    }

    /**
     * Returns the limit that an error's message states.
     *
     * @return null if the message does not state that an input is too long; a figure that it leaves out is 0
     */
    static @Nullable ContextLimit in(ErrorBody error) {
        ContextLimit bound = InputBound.in(error);
        return bound != null ? bound : inSentence(error.message());
    }

    private static @Nullable ContextLimit inSentence(String message) {
        return SENTENCES.stream().map(sentence -> sentence.matcher(message)).filter(Matcher::find).findFirst()
                .map(found -> new ContextLimit(number(found.group("limit")), number(found.group("requested"))))
                .orElse(null);
    }

    private static long number(@Nullable String digits) {
        return digits == null || digits.isEmpty() || digits.length() > 18 ? 0 : Long.parseLong(digits);
    }
}
