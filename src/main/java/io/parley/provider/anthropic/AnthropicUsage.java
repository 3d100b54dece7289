package io.parley.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Usage;
import io.parley.provider.TokenFigures;

/** Keeps the usage of one message: each field that is said again replaces what was said before. */
final class AnthropicUsage {
    private long input;
    private long cacheWritten;
    private long cacheRead;
    private long output;
    private long thinking;

    /** Takes a report; here input counts without what the cache read or wrote, so all three make up the prompt. */
    Usage replace(JsonNode usage) {
        input = TokenFigures.read(usage, "input_tokens", input);
        cacheWritten = TokenFigures.read(usage, "cache_creation_input_tokens", cacheWritten);
        cacheRead = TokenFigures.read(usage, "cache_read_input_tokens", cacheRead);
        output = TokenFigures.read(usage, "output_tokens", output);
        thinking = TokenFigures.read(usage.path("output_tokens_details"), "thinking_tokens", thinking);
        return TokenFigures.usage(input + cacheWritten + cacheRead, cacheRead, cacheWritten, output, thinking);
    }
}
