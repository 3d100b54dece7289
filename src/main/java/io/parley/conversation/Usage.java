package io.parley.conversation;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one provider call or of several, in one arithmetic for every provider.
 *
 * @param inputTokens all prompt tokens, cached and written ones included
 * @param cachedTokens of the input, read from the provider's prompt cache
 * @param cacheWriteTokens of the input, written to that cache
 * @param outputTokens everything billed as output, reasoning included
 * @param reasoningTokens of the output, not shown
 * @param estimated whether Parley counted because the provider did not report a figure, or reported an impossible one
 */
public record Usage(long inputTokens, long cachedTokens, long cacheWriteTokens, long outputTokens, long reasoningTokens,
        boolean estimated) {
    /** Nothing used. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, false);

    /** A report with so many tokens is wrong, because no call uses them. */
    private static final long IMPOSSIBLE = 1_000_000_000;

    /**
     * Returns the usage that a provider has reported. Parley's own estimate replaces each figure that is missing or impossible.
     *
     * @param reported the report, or null if there is none
     * @param input Parley's count of the input, 0 if there was none
     * @param output Parley's count of the output, 0 if there was none
     * @return the report itself if Parley estimated nothing, else a usage that is marked as estimated
     */
    public static Usage believable(@Nullable Usage reported, long input, long output) {
        if (reported == null) {
            return new Usage(input, 0, 0, output, 0, true);
        }
        boolean goodInput = isBelievable(reported.inputTokens, input);
        boolean goodOutput = isBelievable(reported.outputTokens, output);
        if (goodInput && goodOutput) {
            return reported;
        }
        return new Usage(goodInput ? reported.inputTokens : input, goodInput ? reported.cachedTokens : 0,
                goodInput ? reported.cacheWriteTokens : 0, goodOutput ? reported.outputTokens : output,
                goodOutput ? reported.reasoningTokens : 0, true);
    }

    private static boolean isBelievable(long reported, long counted) {
        return reported < IMPOSSIBLE && (reported > 0 || counted == 0);
    }

    /** Returns an estimate with at least this output, for a call that brought more output than its report counts. */
    public Usage atLeast(long output) {
        return new Usage(inputTokens, cachedTokens, cacheWriteTokens, Math.max(outputTokens, output), reasoningTokens, true);
    }

    /** Both together; estimated if either is. */
    public Usage plus(Usage other) {
        return new Usage(inputTokens + other.inputTokens, cachedTokens + other.cachedTokens,
                cacheWriteTokens + other.cacheWriteTokens, outputTokens + other.outputTokens,
                reasoningTokens + other.reasoningTokens, estimated || other.estimated);
    }
}
