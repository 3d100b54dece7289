package io.parley.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.context.ContextState;
import io.parley.context.ContextState.Cut;
import io.parley.context.ContextState.Limit;
import io.parley.context.Segment;
import io.parley.context.SentPrefix;
import io.parley.context.StoredContext;
import io.parley.conversation.Summary;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What is stored for choosing contexts. Names in here are data at rest: never rename one. */
final class StoredContextCodec {
    private static final Logger LOG = Logger.getLogger(StoredContextCodec.class);
    private static final Names<Segment.Kind> KIND = Names.of(Segment.Kind.class,
            Map.of(Segment.Kind.TOOLS, "T", Segment.Kind.SYSTEM, "S", Segment.Kind.FACTS, "F", Segment.Kind.SUMMARY, "Y",
                    Segment.Kind.MESSAGES, "A", Segment.Kind.MESSAGE, "M", Segment.Kind.RECALLED, "R"));
    private static final int PARTS_OF_A_SEGMENT = 3;

    private StoredContextCodec() {
    }

    static String encode(ContextState state) {
        Cut cut = state.cut();
        ObjectNode json = Json.object().put("v", 1).put("cut", cut.first()).put("inner", cut.inner())
                .put("anchor", cut.anchor()).put("whole", cut.whole()).put("sum", state.summary())
                .put("growth", state.growth()).put("measured", state.measured()).put("policies", state.policies())
                .put("recalled", state.recalled());
        Json.put(json, "model", state.model());
        Limit limit = state.limit();
        if (limit != null) {
            json.put("limit", limit.tokens()).put("limitUntil", limit.until().toEpochMilli());
        }
        Instant called = state.calledAt();
        if (called != null) {
            json.put("called", called.toEpochMilli());
        }
        ArrayNode sent = json.putArray("sent");
        state.sent().segments().forEach(segment -> sent
                .add(KIND.name(segment.kind()) + " " + segment.print() + " " + segment.tokens()));
        return Json.write(json);
    }

    /** What scripts answer: state or '', version, summaries. A state that cannot be read is none: it only saves money. */
    static StoredContext decode(Response answer) {
        List<Summary> summaries = new ArrayList<>();
        answer.get(2).forEach(value -> add(summaries, value.toString()));
        return new StoredContext(state(Answers.text(answer, 0)), summaries, Answers.number(answer, 1));
    }

    private static void add(List<Summary> summaries, String value) {
        try {
            summaries.add(SummaryCodec.decode(value));
        } catch (CorruptRecord e) {
            LOG.errorf("A stored summary cannot be read and is left out: %s", e.getMessage());
        }
    }

    /** A state as it was stored, or that of a new session for anything else. */
    static ContextState state(String value) {
        if (value.isEmpty()) {
            return ContextState.NEW;
        }
        try {
            return state(Json.read(value));
        } catch (CorruptRecord e) {
            LOG.errorf("A stored context state cannot be read and is not used: %s", e.getMessage());
            return ContextState.NEW;
        }
    }

    private static ContextState state(ObjectNode json) {
        JsonNode called = json.get("called");
        Cut cut = new Cut(json.path("cut").asLong(), json.path("inner").asLong(), json.path("anchor").asLong(),
                json.path("whole").asBoolean());
        Limit limit = !json.has("limit") ? null
                : new Limit(json.path("limit").asLong(), Instant.ofEpochMilli(json.path("limitUntil").asLong()));
        return new ContextState(cut, json.path("sum").asLong(), json.path("growth").asDouble(), json.path("measured").asInt(),
                Json.text(json, "policies", ""), Json.text(json, "model"),
                called == null ? null : Instant.ofEpochMilli(called.asLong()), limit, Json.text(json, "recalled", ""),
                new SentPrefix(segments(json.path("sent"))));
    }

    private static List<Segment> segments(JsonNode array) {
        List<Segment> segments = new ArrayList<>();
        for (JsonNode each : array) {
            Segment segment = segment(each.asText().split(" ", PARTS_OF_A_SEGMENT));
            if (segment == null) {
                return List.of();
            }
            segments.add(segment);
        }
        return segments;
    }

    private static @Nullable Segment segment(String[] parts) {
        Segment.Kind kind = parts.length < PARTS_OF_A_SEGMENT ? null : KIND.valueOrNull(parts[0]);
        if (kind == null || !parts[2].matches("[0-9]{1,15}")) {
            return null;
        }
        boolean numbered = kind == Segment.Kind.MESSAGE || kind == Segment.Kind.MESSAGES;
        return numbered && !parts[1].matches("[0-9]{1,15}[.].*") ? null
                : new Segment(kind, parts[1], Long.parseLong(parts[2]));
    }
}
