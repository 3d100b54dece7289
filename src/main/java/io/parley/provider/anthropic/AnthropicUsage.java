package io.parley.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Usage;

/** Keeps the usage of one message: each field that is said again replaces what was said before. */
final class AnthropicUsage {
    private long input;
    private long cacheWritten;
    private long cacheRead;
    private long output;
    private long thinking;

    /** Takes a report; here input counts without what the cache read or wrote, so all three make up the prompt. */
    Usage replace(JsonNode usage) {
        input = usage.path("input_tokens").asLong(input);
        cacheWritten = usage.path("cache_creation_input_tokens").asLong(cacheWritten);
        cacheRead = usage.path("cache_read_input_tokens").asLong(cacheRead);
        output = usage.path("output_tokens").asLong(output);
        thinking = usage.path("output_tokens_details").path("thinking_tokens").asLong(thinking);
        return new Usage(input + cacheWritten + cacheRead, cacheRead, cacheWritten, output, thinking, false);
    }
}
