package io.parley.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.MessageId;
import io.parley.conversation.Summary;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Usage;
import java.time.Instant;

/** Summaries at rest. Names in here are data at rest: never rename one. */
final class SummaryCodec {
    private SummaryCodec() {
    }

    static String encode(Summary summary) {
        ObjectNode json = Json.object().put("v", 1).put("first", summary.first().sequence())
                .put("through", summary.through().sequence()).put("text", summary.text())
                .put("tokens", summary.tokens().tokens()).put("encoding", summary.tokens().encoding())
                .put("model", summary.model()).put("source", summary.source())
                .put("created", summary.createdAt().toEpochMilli());
        json.set("usage", TurnCodec.encode(summary.usage()));
        if (summary.cost() != null) {
            json.set("cost", TurnCodec.encode(summary.cost()));
        }
        return Json.write(json);
    }

    /**
     * Reads what is stored.
     *
     * @throws CorruptRecord if it cannot be understood
     */
    static Summary decode(String value) {
        ObjectNode json = Json.read(value);
        String text = Json.text(json, "text", "");
        if (text.isEmpty() || !json.path("through").isIntegralNumber()) {
            throw new CorruptRecord("a stored summary has no text or range");
        }
        Usage usage = TurnCodec.usage(json.get("usage"));
        return new Summary(new MessageId(json.path("first").asLong()), new MessageId(json.path("through").asLong()), text,
                new TokenCount(json.path("tokens").asInt(), Json.text(json, "encoding", "")), Json.text(json, "model", ""),
                Json.text(json, "source", ""), usage == null ? Usage.NONE : usage, TurnCodec.cost(json.get("cost")),
                Instant.ofEpochMilli(json.path("created").asLong()));
    }
}
