package io.parley.usage;

import io.parley.conversation.ContextReport;
import io.parley.conversation.Usage;
import org.jspecify.annotations.Nullable;

/** Says how long the input of a turn would have been if the whole conversation had been sent. */
public final class WholeInput {
    private WholeInput() {
    }

    /**
     * Returns the tokens in the measure of the usage, so that both can be compared. Parley's own counts of the sent input and
     * of the whole input say only how many times as long the whole input is. If everything was sent, the result is the
     * reported input itself.
     *
     * @param usage what the provider reported; null: nothing, so Parley's own count is all that is known
     */
    public static long tokens(ContextReport sent, @Nullable Usage usage) {
        if (usage == null || usage.inputTokens() == 0) {
            return sent.wholeTokens();
        }
        return sent.sentTokens() == 0 ? usage.inputTokens() : scaled(sent, usage);
    }

    private static long scaled(ContextReport sent, Usage usage) {
        return Math.round((double) usage.inputTokens() * sent.wholeTokens() / sent.sentTokens());
    }
}
