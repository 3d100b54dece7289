package io.parley.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Usage;
import io.parley.provider.TokenFigures;

/** Keeps the usage of one message. A later number replaces the earlier one, but a zero replaces no number. */
final class AnthropicUsage {
    private long input;
    private long cacheWritten;
    private long cacheRead;
    private long output;
    private long thinking;
    private boolean whole;

    /** Takes a report; here input counts without what the cache read or wrote, so all three make up the prompt. */
    Usage replace(JsonNode usage) {
        input = latest(usage, "input_tokens", input);
        cacheWritten = latest(usage, "cache_creation_input_tokens", Math.max(cacheWritten, TokenFigures.cacheCreation(usage)));
        cacheRead = latest(usage, "cache_read_input_tokens", cacheRead);
        output = latest(usage, "output_tokens", output);
        thinking = latest(usage.path("output_tokens_details"), "thinking_tokens", thinking);
        return TokenFigures.usage(input + cacheWritten + cacheRead, cacheRead, cacheWritten, output, thinking);
    }

    private static long latest(JsonNode usage, String field, long before) {
        long now = TokenFigures.read(usage, field, 0);
        return now > 0 ? now : before;
    }

    /** Takes the report at the end of the message. The report at its beginning does not count the output yet. */
    Usage last(JsonNode usage) {
        whole |= TokenFigures.read(usage, "output_tokens", 0) > 0;
        return replace(usage);
    }

    /** Notes that no other report follows. */
    void close() {
        whole = true;
    }

    /** Returns whether the provider has reported the usage of the whole message. */
    boolean isWhole() {
        return whole;
    }
}
