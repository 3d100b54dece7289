package io.parley.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.ContextReport;
import org.jspecify.annotations.Nullable;

/** What was sent for a turn, at rest. Names in here are data at rest: never rename one. */
final class ContextReportCodec {
    private ContextReportCodec() {
    }

    static ObjectNode encode(ContextReport report) {
        ObjectNode json = Json.object().put("policy", report.policy()).put("sent", report.sentMessages())
                .put("sentTokens", report.sentTokens()).put("omitted", report.omittedMessages())
                .put("omittedTokens", report.omittedTokens()).put("whole", report.wholeTokens())
                .put("expected", report.expectedCachedTokens()).put("cut", report.cut());
        Json.put(json, "cold", report.cold());
        Json.put(json, "difference", report.difference());
        Json.putIds(json, "unseen", report.unseen());
        return json;
    }

    static @Nullable ContextReport decode(@Nullable JsonNode json) {
        return json == null ? null
                : new ContextReport(Json.text(json, "policy", ""), json.path("sent").asLong(), json.path("sentTokens").asLong(),
                        json.path("omitted").asLong(), json.path("omittedTokens").asLong(), json.path("whole").asLong(),
                        json.path("expected").asLong(), Json.text(json, "cold"), Json.text(json, "difference"),
                        json.path("cut").asBoolean(), Json.ids(json, "unseen"));
    }
}
