package io.parley.provider.openai;

import static io.parley.provider.TokenFigures.first;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Usage;
import io.parley.provider.TokenFigures;
import java.util.stream.LongStream;

/**
 * Reads a report of the usage. OpenAI's prompt tokens include the tokens that the cache gave and took, and its completion
 * tokens include the reasoning. Other servers leave one of the two out; the total then shows how many tokens are missing.
 */
final class OpenAiUsage {
    /** The spellings within the details are those of OpenAI, OpenRouter, LiteLLM and Alibaba. */
    private static final String[] READ = { "cached_tokens", "cache_read_tokens", "cache_read_input_tokens" };
    private static final String[] WRITTEN = { "cache_write_tokens", "cache_creation_tokens", "cache_creation_input_tokens",
            "cached_creation_tokens", "cache_write_input_tokens" };
    private final long cached;
    private final long written;
    private final long total;
    private final boolean anthropic;
    private final boolean prompted;
    private long input;
    private long output;
    private long reasoning;

    private OpenAiUsage(JsonNode usage) {
        JsonNode prompt = either(usage, "prompt_tokens_details", "input_tokens_details");
        JsonNode completion = either(usage, "completion_tokens_details", "output_tokens_details");
        input = first(usage, "prompt_tokens", "input_tokens", "promptTokens");
        prompted = first(usage, "prompt_tokens", "promptTokens") > 0;
        output = first(usage, "completion_tokens", "output_tokens", "completionTokens");
        total = first(usage, "total_tokens", "totalTokens");
        // DeepSeek, Moonshot and servers in front of Anthropic report at the top level, OpenAI in the details.
        long detailed = first(prompt, READ);
        cached = detailed > 0 ? detailed : Math.max(first(usage, "prompt_cache_hit_tokens"), first(usage, READ));
        written = written(prompt) > 0 ? written(prompt) : written(usage);
        anthropic = prompt.isMissingNode() && first(usage, "cache_read_input_tokens", "cache_creation_input_tokens") > 0;
        reasoning = first(completion, "reasoning_tokens");
    }

    private static JsonNode either(JsonNode usage, String usual, String other) {
        return usage.path(usual).isObject() ? usage.path(usual) : usage.path(other);
    }

    private static long written(JsonNode holder) {
        long told = first(holder, WRITTEN);
        return told > 0 ? told : TokenFigures.cacheCreation(holder);
    }

    static Usage of(JsonNode usage) {
        OpenAiUsage report = new OpenAiUsage(usage);
        report.complete();
        return TokenFigures.usage(report.input, report.cached, report.written, report.output, report.reasoning);
    }

    private void complete() {
        boolean told = total > 0 && total < TokenFigures.MOST;
        long missing = total - input - output;
        if (told && missing > 0 && input > 0) {
            add(missing);
            return;
        }
        if (isCacheApart(told)) {
            input += cached + written;
        }
        // An output that is smaller than the reasoning leaves the reasoning out. But a router may count the two by different
        // tokenizers; a total without missing tokens then shows that the output includes the reasoning.
        if (reasoning > output && output > 0 && !(told && missing == 0)) {
            output += reasoning;
        }
    }

    /**
     * Returns whether the input leaves out the tokens of the cache, as it does under Anthropic's names. With a total, or with
     * OpenAI's name, the input includes them unless they are more than the input.
     */
    private boolean isCacheApart(boolean totalTold) {
        return anthropic && (cached + written > input || (!totalTold && !prompted));
    }

    /**
     * Adds the missing tokens to the input as far as they are those of the cache, and the rest to the output. The rest is
     * reasoning if the report has an output, because only reasoning is missing then.
     */
    private void add(long missing) {
        long apart = missing == reasoning ? 0
                : LongStream.of(cached + written, cached, written)
                        .filter(tokens -> tokens > 0 && (missing == tokens || missing == tokens + reasoning))
                        .findFirst().orElse(0);
        input += apart;
        reasoning = output > 0 ? Math.max(reasoning, missing - apart) : reasoning;
        output += missing - apart;
    }
}
