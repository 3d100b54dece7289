package io.parley.provider.openai;

import static io.parley.provider.TokenFigures.first;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Usage;
import io.parley.provider.TokenFigures;

/**
 * Reads a report of the usage. OpenAI's prompt tokens include the cached ones, and its completion tokens include the reasoning.
 * Other servers leave one of the two out; the total then shows how many tokens are missing.
 */
final class OpenAiUsage {
    private final long cached;
    private final long written;
    private final long total;
    private long input;
    private long output;
    private long reasoning;

    private OpenAiUsage(JsonNode usage) {
        JsonNode prompt = either(usage, "prompt_tokens_details", "input_tokens_details");
        JsonNode completion = either(usage, "completion_tokens_details", "output_tokens_details");
        input = first(usage, "prompt_tokens", "input_tokens", "promptTokens");
        output = first(usage, "completion_tokens", "output_tokens", "completionTokens");
        total = first(usage, "total_tokens", "totalTokens");
        // DeepSeek, Moonshot and servers in front of Anthropic report at the top level, OpenAI in the details.
        cached = prompt.hasNonNull("cached_tokens") ? first(prompt, "cached_tokens")
                : first(usage, "prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens");
        written = first(prompt, "cache_write_tokens");
        reasoning = first(completion, "reasoning_tokens");
    }

    private static JsonNode either(JsonNode usage, String usual, String other) {
        return usage.path(usual).isObject() ? usage.path(usual) : usage.path(other);
    }

    static Usage of(JsonNode usage) {
        OpenAiUsage report = new OpenAiUsage(usage);
        report.complete();
        return TokenFigures.usage(report.input, report.cached, report.written, report.output, report.reasoning);
    }

    private void complete() {
        long missing = total - input - output;
        if (total > 0 && total < TokenFigures.MOST && input > 0 && missing > 0) {
            add(missing);
        } else if (reasoning > output && output > 0) {
            output += reasoning;
        }
    }

    /** Adds the missing tokens to the input if their number is that of the cached ones, else to the output as reasoning. */
    private void add(long missing) {
        if (missing == cached && missing != reasoning) {
            input += missing;
        } else {
            output += missing;
            reasoning = Math.max(reasoning, missing);
        }
    }
}
