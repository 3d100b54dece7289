package io.parley.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Token counts as providers state them, trusting none: what is summed and priced later is never below zero, never above
 * {@link #MOST}, and a part is never more than its whole.
 */
public final class TokenFigures {
    /** More tokens than any call can use. */
    public static final long MOST = 1_000_000_000;

    private TokenFigures() {
    }

    /** Returns the first count above 0 among these fields; 0 if there is none. */
    public static long first(JsonNode usage, String... fields) {
        for (String field : fields) {
            long count = read(usage, field, 0);
            if (count > 0) {
                return count;
            }
        }
        return 0;
    }

    /**
     * Returns the tokens written to a cache; 0 if the report has none. Anthropic reports one number, or one for each lifetime.
     */
    public static long cacheCreation(JsonNode usage) {
        JsonNode created = usage.path("cache_creation");
        return created.isObject()
                ? Math.min(MOST, created.properties().stream().mapToLong(kept -> read(created, kept.getKey(), 0)).sum())
                : read(usage, "cache_creation", 0);
    }

    /** A field's count; {@code otherwise} if it is missing or no number. */
    public static long read(JsonNode usage, String field, long otherwise) {
        // As a double: a whole number of any size is clamped by it, where a long would wrap.
        return Math.round(Math.clamp(usage.path(field).asDouble(otherwise), 0.0, MOST));
    }

    /**
     * A usage of counts that {@link #read} has read; what is cached or written is part of the input, reasoning of the output.
     */
    public static Usage usage(long input, long cached, long written, long output, long reasoning) {
        long whole = Math.min(input, MOST);
        long fromCache = Math.min(cached, whole);
        return new Usage(whole, fromCache, Math.min(written, whole - fromCache), output, Math.min(reasoning, output), false);
    }

    /**
     * Joins two reports of one call.
     *
     * @param before the earlier report, null if there was none
     * @return the latest value above 0 of each figure; null if no report had input or output
     */
    static @Nullable Usage latest(@Nullable Usage before, Usage now) {
        Usage known = before == null ? Usage.NONE : before;
        Usage latest = usage(latest(known.inputTokens(), now.inputTokens()), latest(known.cachedTokens(), now.cachedTokens()),
                latest(known.cacheWriteTokens(), now.cacheWriteTokens()), latest(known.outputTokens(), now.outputTokens()),
                latest(known.reasoningTokens(), now.reasoningTokens()));
        return latest.inputTokens() == 0 && latest.outputTokens() == 0 ? before : latest;
    }

    private static long latest(long before, long now) {
        return now > 0 ? now : before;
    }
}
