package io.parley.conversation;

/**
 * Tokens of one provider call or of several, in one arithmetic for every provider.
 *
 * @param inputTokens all prompt tokens, cached and written ones included
 * @param cachedTokens of the input, read from the provider's prompt cache
 * @param cacheWriteTokens of the input, written to that cache
 * @param outputTokens everything billed as output, reasoning included
 * @param reasoningTokens of the output, not shown
 * @param estimated whether Parley counted because the provider did not say
 */
public record Usage(long inputTokens, long cachedTokens, long cacheWriteTokens, long outputTokens, long reasoningTokens,
        boolean estimated) {
    /** Nothing used. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, false);

    /** Both together; estimated if either is. */
    public Usage plus(Usage other) {
        return new Usage(inputTokens + other.inputTokens, cachedTokens + other.cachedTokens,
                cacheWriteTokens + other.cacheWriteTokens, outputTokens + other.outputTokens,
                reasoningTokens + other.reasoningTokens, estimated || other.estimated);
    }
}
