package io.parley.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Usage;

/**
 * Token counts as providers state them, trusting none: what is summed and priced later is never below zero, never above
 * {@link #MOST}, and a part is never more than its whole.
 */
public final class TokenFigures {
    /** More tokens than any call can use. */
    public static final long MOST = 1_000_000_000;

    private TokenFigures() {
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
}
