package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Usage;
import io.parley.provider.TokenFigures;

/** Reads OpenAI's usage: its prompt tokens hold the cached ones, its completion tokens the reasoning. */
final class OpenAiUsage {

    private OpenAiUsage() {
    }

    static Usage of(JsonNode usage) {
        JsonNode prompt = usage.path("prompt_tokens_details");
        // DeepSeek says at the top what OpenAI says in the details.
        long cached = prompt.hasNonNull("cached_tokens") ? TokenFigures.read(prompt, "cached_tokens", 0)
                : TokenFigures.read(usage, "prompt_cache_hit_tokens", 0);
        return TokenFigures.usage(TokenFigures.read(usage, "prompt_tokens", 0), cached,
                TokenFigures.read(prompt, "cache_write_tokens", 0), TokenFigures.read(usage, "completion_tokens", 0),
                TokenFigures.read(usage.path("completion_tokens_details"), "reasoning_tokens", 0));
    }
}
