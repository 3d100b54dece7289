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
        cost(json, cost);
    }

    private static void usage(JsonGenerator json, @Nullable Usage usage) throws IOException {
        if (usage == null) {
            json.writeNullField("usage");
            return;
        }
        json.writeObjectFieldStart("usage");
        json.writeNumberField("inputTokens", usage.inputTokens());
        json.writeNumberField("cachedTokens", usage.cachedTokens());
        json.writeNumberField("cacheWriteTokens", usage.cacheWriteTokens());
        json.writeNumberField("outputTokens", usage.outputTokens());
        json.writeNumberField("reasoningTokens", usage.reasoningTokens());
        json.writeBooleanField("estimated", usage.estimated());
        json.writeEndObject();
    }

    private static void cost(JsonGenerator json, @Nullable Cost cost) throws IOException {
        if (cost == null) {
            json.writeNullField("cost");
            return;
        }
        json.writeObjectFieldStart("cost");
        json.writeStringField("amount", cost.amount().toPlainString());
        json.writeStringField("currency", cost.currency());
        json.writeEndObject();
    }
}
