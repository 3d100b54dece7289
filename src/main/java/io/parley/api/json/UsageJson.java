package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Cost;
import io.parley.conversation.Usage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes what a turn used and what that costs; null where it is not known. */
final class UsageJson {
    private UsageJson() {
    }

    static void write(JsonGenerator json, @Nullable Usage usage, @Nullable Cost cost) throws IOException {
        usage(json, usage);
        cost(json, "cost", cost);
    }

    private static void usage(JsonGenerator json, @Nullable Usage usage) throws IOException {
        if (usage == null) {
            json.writeNullField("usage");
            return;
        }
        json.writeObjectFieldStart("usage");
        tokens(json, usage);
        json.writeBooleanField("estimated", usage.estimated());
        json.writeEndObject();
    }

    /** Sums of several usages, some of which may be estimated. */
    static void sums(JsonGenerator json, Usage usage) throws IOException {
        json.writeObjectFieldStart("usage");
        tokens(json, usage);
        json.writeEndObject();
    }

    private static void tokens(JsonGenerator json, Usage usage) throws IOException {
        json.writeNumberField("inputTokens", usage.inputTokens());
        json.writeNumberField("cachedTokens", usage.cachedTokens());
        json.writeNumberField("cacheWriteTokens", usage.cacheWriteTokens());
        json.writeNumberField("outputTokens", usage.outputTokens());
        json.writeNumberField("reasoningTokens", usage.reasoningTokens());
    }

    /** A number of messages and their tokens. */
    static void share(JsonGenerator json, String name, long messages, long tokens) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("messages", messages);
        json.writeNumberField("tokens", tokens);
        json.writeEndObject();
    }

    static void cost(JsonGenerator json, String name, @Nullable Cost cost) throws IOException {
        json.writeFieldName(name);
        if (cost == null) {
            json.writeNull();
        } else {
            cost(json, cost);
        }
    }

    static void cost(JsonGenerator json, Cost cost) throws IOException {
        json.writeStartObject();
        json.writeStringField("amount", cost.amount().toPlainString());
        json.writeStringField("currency", cost.currency());
        json.writeEndObject();
    }
}
