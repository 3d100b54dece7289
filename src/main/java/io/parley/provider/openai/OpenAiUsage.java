package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Usage;

/** Reads OpenAI's usage: its prompt tokens hold the cached ones, its completion tokens the reasoning. */
final class OpenAiUsage {

    private OpenAiUsage() {
    }

    static Usage of(JsonNode usage) {
        JsonNode prompt = usage.path("prompt_tokens_details");
        // DeepSeek says at the top what OpenAI says in the details.
        long cached = prompt.hasNonNull("cached_tokens") ? prompt.path("cached_tokens").asLong()
                : usage.path("prompt_cache_hit_tokens").asLong();
        return new Usage(usage.path("prompt_tokens").asLong(), cached, prompt.path("cache_write_tokens").asLong(),
                usage.path("completion_tokens").asLong(),
                usage.path("completion_tokens_details").path("reasoning_tokens").asLong(), false);
    }
}
