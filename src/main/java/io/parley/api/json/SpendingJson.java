package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.ContextReport;
import io.parley.conversation.Cost;
import io.parley.conversation.Turn;
import io.parley.conversation.Usage;
import io.parley.usage.CacheOutcome;
import io.parley.usage.SessionTotals;
import io.parley.usage.Total;
import io.parley.usage.WholeInput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what the turns of a session have used, what that has cost, and what trimming and caching have saved. */
public final class SpendingJson {
    private SpendingJson() {
    }

    /** The field {@code total}. */
    public static void writeTotal(JsonGenerator json, SessionTotals totals) throws IOException {
        json.writeObjectFieldStart("total");
        json.writeNumberField("turns", totals.turns());
        total(json, totals.all());
        json.writeObjectFieldStart("beside");
        total(json, totals.beside());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void total(JsonGenerator json, Total total) throws IOException {
        List<Cost> costs = total.costs();
        UsageJson.sums(json, total.usage());
        UsageJson.cost(json, "cost", costs.size() == 1 ? costs.getFirst() : null);
        json.writeArrayFieldStart("costs");
        for (Cost cost : costs) {
            UsageJson.cost(json, cost);
        }
        json.writeEndArray();
    }

    /**
     * One turn.
     *
     * @param untrimmed what its input would cost if the whole conversation had been sent uncached, or null where unknown
     */
    public static void write(JsonGenerator json, Turn turn, @Nullable Cost untrimmed) throws IOException {
        ContextReport sent = turn.context();
        json.writeStartObject();
        json.writeStringField("turn", turn.id().value());
        Json.name(json, "state", turn.state());
        Json.text(json, "model", turn.model());
        Json.time(json, "createdAt", turn.createdAt());
        UsageJson.write(json, turn.usage(), turn.cost());
        if (sent == null) {
            json.writeNullField("context");
            json.writeNullField("cache");
            json.writeNullField("withoutTrimming");
        } else {
            context(json, sent);
            cache(json, sent, turn.usage());
            untrimmed(json, WholeInput.tokens(sent, turn.usage()), untrimmed);
        }
        json.writeEndObject();
    }

    private static void context(JsonGenerator json, ContextReport sent) throws IOException {
        json.writeObjectFieldStart("context");
        json.writeStringField("policy", sent.policy());
        UsageJson.share(json, "sent", sent.sentMessages(), sent.sentTokens());
        UsageJson.share(json, "omitted", sent.omittedMessages(), sent.omittedTokens());
        json.writeNumberField("wholeTokens", sent.wholeTokens());
        AdaptationJson.writeRefused(json, sent.unseen());
        json.writeEndObject();
    }

    private static void cache(JsonGenerator json, ContextReport sent, @Nullable Usage usage) throws IOException {
        json.writeObjectFieldStart("cache");
        json.writeNumberField("expectedTokens", sent.expectedCachedTokens());
        json.writeNumberField("cachedTokens", usage == null ? 0 : usage.cachedTokens());
        json.writeBooleanField("missed", usage != null && CacheOutcome.isMissed(sent, usage));
        Json.text(json, "cold", sent.cold());
        Json.text(json, "difference", sent.difference());
        json.writeBooleanField("cut", sent.cut());
        json.writeEndObject();
    }

    private static void untrimmed(JsonGenerator json, long tokens, @Nullable Cost cost) throws IOException {
        json.writeObjectFieldStart("withoutTrimming");
        json.writeNumberField("inputTokens", tokens);
        UsageJson.cost(json, "cost", cost);
        json.writeEndObject();
    }
}
