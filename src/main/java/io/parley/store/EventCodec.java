package io.parley.store;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.Content;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Events of a turn's log at rest: one JSON object each, an array of them a batch. Names in here are never renamed. */
final class EventCodec {
    private static final Problem UNKNOWN_PROBLEM = new Problem(FailureCode.INTERNAL_ERROR,
            "The turn failed for a reason that cannot be read. Try again with regenerate.", false,
            null);

    private EventCodec() {
    }

    static String encode(NumberedEvent event) {
        StringBuilder json = new StringBuilder();
        write(event, json);
        return Json.escapeLoneSurrogates(json.toString());
    }

    /** Writes an event, with halves of surrogate pairs as they are in its text. */
    static void write(NumberedEvent numbered, StringBuilder to) {
        long id = numbered.id();
        switch (numbered.event()) {
            case TurnEvent.Opened opened -> to.append(Json.write(event(id, "opened").put("turn", opened.turn().value())
                    .put("session", opened.session().value()).put("input", opened.userMessage().sequence())
                    .put("model", opened.model())));
            case TurnEvent.ContextChosen chosen -> to.append(Json.write(chosen(event(id, "context"), chosen)));
            case TurnEvent.Delta(String text) -> piece(id, "delta", text, to);
            case TurnEvent.Thinking(String text) -> piece(id, "thinking", text, to);
            case TurnEvent.Block(Content content) ->
                to.append(Json.write(event(id, "block").set("content", ContentCodec.encode(content))));
            case TurnEvent.Reset(String text) -> piece(id, "reset", text, to);
            case TurnEvent.Done done -> to.append(Json.write(
                    end(event(id, "done").put("finish", StoredNames.FINISH_REASON.name(done.finishReason())), done.state(),
                            done.message(), done.usage(), done.cost())));
            case TurnEvent.Failed failed -> to.append(Json.write(
                    end(event(id, "failed").put("saved", failed.saved()).set("problem", TurnCodec.encode(failed.problem())),
                            failed.state(), failed.message(), failed.usage(), failed.cost())));
        }
    }

    private static ObjectNode event(long id, String kind) {
        return Json.object().put("id", id).put("t", kind);
    }

    /** A piece of a reply is written without a tree. */
    private static void piece(long id, String kind, String text, StringBuilder to) {
        to.append("{\"id\":").append(id).append(",\"t\":\"").append(kind).append("\",\"text\":\"");
        JsonStringEncoder.getInstance().quoteAsString(text, to);
        to.append("\"}");
    }

    private static ObjectNode chosen(ObjectNode json, TurnEvent.ContextChosen chosen) {
        json.put("policy", chosen.policy())
                .put("sent", chosen.sentMessages()).put("sentTokens", chosen.sentTokens())
                .put("omitted", chosen.omittedMessages()).put("omittedTokens", chosen.omittedTokens());
        Json.put(json, "model", chosen.model());
        Json.putIds(json, "unseen", chosen.unseen());
        return json;
    }

    private static ObjectNode end(ObjectNode json, TurnState state, @Nullable MessageId message, @Nullable Usage usage,
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
        return json;
    }

    /**
     * The events of a batch that stand after an id; those that only a later version knows are left out.
     *
     * @throws CorruptRecord if the batch cannot be understood
     */
    static List<NumberedEvent> decode(String batch, long after) {
        if (!(Json.readAny(batch) instanceof ArrayNode array)) {
            throw new CorruptRecord("a stored batch of events is not an array");
        }
        try {
            return decode(array, after);
        } catch (IllegalArgumentException _) {
            throw new CorruptRecord("a stored event has a bad value");
        }
    }

    private static List<NumberedEvent> decode(ArrayNode batch, long after) {
        List<NumberedEvent> events = new ArrayList<>();
        for (JsonNode json : batch) {
            switch (Json.text(json, "t", "")) {
                case PieceRun.DELTAS -> addAll(events, json, after, TurnEvent.Delta::new);
                case PieceRun.THINKINGS -> addAll(events, json, after, TurnEvent.Thinking::new);
                default -> add(events, json, after);
            }
        }
        return events;
    }

    private static void add(List<NumberedEvent> events, JsonNode json, long after) {
        long id = json.path("id").asLong();
        TurnEvent event = id > after ? decode(json) : null;
        if (event != null) {
            events.add(new NumberedEvent(id, event));
        }
    }

    private static void addAll(List<NumberedEvent> events, JsonNode run, long after, Function<String, TurnEvent> kind) {
        long id = run.path("id").asLong();
        for (JsonNode text : run.path("texts")) {
            if (id > after) {
                events.add(new NumberedEvent(id, kind.apply(text.asText())));
            }
            id++;
        }
    }

    private static @Nullable TurnEvent decode(JsonNode json) {
        return switch (Json.text(json, "t", "")) {
            case "opened" -> new TurnEvent.Opened(new TurnId(Json.text(json, "turn", "")),
                    new SessionId(Json.text(json, "session", "")), new MessageId(json.path("input").asLong()),
                    Json.text(json, "model", ""));
            case "context" -> new TurnEvent.ContextChosen(Json.text(json, "policy", ""), json.path("sent").asLong(),
                    json.path("sentTokens").asLong(), json.path("omitted").asLong(), json.path("omittedTokens").asLong(),
                    Json.text(json, "model"), Json.ids(json, "unseen"));
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
