package io.parley.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.Cost;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.MessageId;
import io.parley.conversation.Problem;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events of a turn's log at rest: one JSON object each, an array of them a batch. Names in here are never renamed. */
final class EventCodec {
    private static final Problem UNKNOWN_PROBLEM = new Problem(FailureCode.INTERNAL_ERROR, "Something went wrong.", false,
            null);

    private EventCodec() {
    }

    static String encode(NumberedEvent numbered) {
        ObjectNode json = Json.object().put("id", numbered.id());
        switch (numbered.event()) {
            case TurnEvent.Opened opened -> json.put("t", "opened").put("turn", opened.turn().value())
                    .put("session", opened.session().value()).put("input", opened.userMessage().sequence())
                    .put("model", opened.model());
            case TurnEvent.ContextChosen chosen -> json.put("t", "context").put("policy", chosen.policy())
                    .put("sent", chosen.sentMessages()).put("sentTokens", chosen.sentTokens())
                    .put("omitted", chosen.omittedMessages()).put("omittedTokens", chosen.omittedTokens());
            case TurnEvent.Delta delta -> json.put("t", "delta").put("text", delta.text());
            case TurnEvent.Thinking thinking -> json.put("t", "thinking").put("text", thinking.text());
            case TurnEvent.Block block -> json.put("t", "block").set("content", ContentCodec.encode(block.content()));
            case TurnEvent.Reset reset -> json.put("t", "reset").put("text", reset.text());
            case TurnEvent.Done done -> {
                json.put("t", "done").put("finish", StoredNames.FINISH_REASON.name(done.finishReason()));
                end(json, done.state(), done.message(), done.usage(), done.cost());
            }
            case TurnEvent.Failed failed -> {
                json.put("t", "failed").put("saved", failed.saved()).set("problem", TurnCodec.encode(failed.problem()));
                end(json, failed.state(), failed.message(), failed.usage(), failed.cost());
            }
        }
        return Json.write(json);
    }

    private static void end(ObjectNode json, TurnState state, @Nullable MessageId message, @Nullable Usage usage,
            @Nullable Cost cost) {
        json.put("state", StoredNames.TURN_STATE.name(state));
        if (message != null) {
            json.put("message", message.sequence());
        }
        if (usage != null) {
            json.set("usage", TurnCodec.encode(usage));
        }
        if (cost != null) {
            json.set("cost", TurnCodec.encode(cost));
        }
    }

    /** The events of a batch that stand after an id; those that only a later version knows are left out. */
    static List<NumberedEvent> decode(String batch, long after) {
        List<NumberedEvent> events = new ArrayList<>();
        for (JsonNode json : Json.readAny(batch)) {
            long id = json.path("id").asLong();
            TurnEvent event = id > after ? decode(json) : null;
            if (event != null) {
                events.add(new NumberedEvent(id, event));
            }
        }
        return events;
    }

    private static @Nullable TurnEvent decode(JsonNode json) {
        return switch (Json.text(json, "t", "")) {
            case "opened" -> new TurnEvent.Opened(new TurnId(Json.text(json, "turn", "")),
                    new SessionId(Json.text(json, "session", "")), new MessageId(json.path("input").asLong()),
                    Json.text(json, "model", ""));
            case "context" -> new TurnEvent.ContextChosen(Json.text(json, "policy", ""), json.path("sent").asLong(),
                    json.path("sentTokens").asLong(), json.path("omitted").asLong(), json.path("omittedTokens").asLong());
            case "delta" -> new TurnEvent.Delta(Json.text(json, "text", ""));
            case "thinking" -> new TurnEvent.Thinking(Json.text(json, "text", ""));
            case "block" -> new TurnEvent.Block(ContentCodec.decode(json.path("content")));
            case "reset" -> new TurnEvent.Reset(Json.text(json, "text", ""));
            case "done" -> new TurnEvent.Done(state(json, TurnState.COMPLETED), message(json),
                    StoredNames.FINISH_REASON.value(Json.text(json, "finish"), FinishReason.UNKNOWN),
                    TurnCodec.usage(json.get("usage")), TurnCodec.cost(json.get("cost")));
            case "failed" -> failed(json);
            default -> null;
        };
    }

    private static TurnEvent.Failed failed(JsonNode json) {
        Problem problem = TurnCodec.problem(json.get("problem"));
        return new TurnEvent.Failed(state(json, TurnState.FAILED), problem == null ? UNKNOWN_PROBLEM : problem, message(json),
                TurnCodec.usage(json.get("usage")), TurnCodec.cost(json.get("cost")), json.path("saved").asBoolean(true));
    }

    private static TurnState state(JsonNode json, TurnState otherwise) {
        return StoredNames.TURN_STATE.value(Json.text(json, "state"), otherwise);
    }

    private static @Nullable MessageId message(JsonNode json) {
        JsonNode number = json.get("message");
        return number == null ? null : new MessageId(number.asLong());
    }
}
