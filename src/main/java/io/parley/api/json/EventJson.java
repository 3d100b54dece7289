package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Content;
import io.parley.conversation.MessageId;
import io.parley.conversation.SessionId;
import io.parley.stream.TurnEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The names of the events of a turn on the wire, and their data: one line of JSON each. */
public final class EventJson {
    private EventJson() {
    }

    /** Its {@code event:}. */
    public static String name(TurnEvent event) {
        return switch (event) {
            case TurnEvent.Opened _ -> "turn";
            case TurnEvent.ContextChosen _ -> "context";
            case TurnEvent.Delta _,TurnEvent.Thinking _,TurnEvent.Block _ -> "delta";
            case TurnEvent.Reset _ -> "reset";
            case TurnEvent.Done _ -> "done";
            case TurnEvent.Failed _ -> "failed";
        };
    }

    /** Whether it is part of the model's reasoning, which only those get who ask for it. */
    public static boolean isThinking(TurnEvent event) {
        return event instanceof TurnEvent.Thinking || event instanceof TurnEvent.Block(Content.Thinking _);
    }

    /** Its {@code data:}. */
    public static String data(TurnEvent event, SessionId session) {
        return Json.writeLine(json -> {
            json.writeStartObject();
            switch (event) {
                case TurnEvent.Opened opened -> opened(json, opened);
                case TurnEvent.ContextChosen chosen -> chosen(json, chosen);
                case TurnEvent.Delta(String text) -> json.writeStringField("text", text);
                case TurnEvent.Thinking(String text) -> json.writeStringField("thinking", text);
                case TurnEvent.Block(Content block) -> {
                    json.writeFieldName("block");
                    ContentJson.write(json, block, session);
                }
                case TurnEvent.Reset(String text) -> json.writeStringField("text", text);
                case TurnEvent.Done done -> done(json, done);
                case TurnEvent.Failed failed -> failed(json, failed);
            }
            json.writeEndObject();
        });
    }

    /** The data of {@code reconnect}: this connection ends, not the turn. */
    public static String reconnect(String events, long after) {
        return Json.writeLine(json -> {
            json.writeStartObject();
            json.writeStringField("events", events);
            json.writeNumberField("after", after);
            json.writeEndObject();
        });
    }

    private static void opened(JsonGenerator json, TurnEvent.Opened opened) throws IOException {
        json.writeStringField("turn", opened.turn().value());
        json.writeStringField("session", opened.session().value());
        json.writeStringField("userMessage", opened.userMessage().value());
        json.writeStringField("model", opened.model());
    }

    private static void chosen(JsonGenerator json, TurnEvent.ContextChosen chosen) throws IOException {
        json.writeStringField("policy", chosen.policy());
        UsageJson.share(json, "sent", chosen.sentMessages(), chosen.sentTokens());
        UsageJson.share(json, "omitted", chosen.omittedMessages(), chosen.omittedTokens());
    }

    private static void done(JsonGenerator json, TurnEvent.Done done) throws IOException {
        Json.name(json, "state", done.state());
        message(json, done.message());
        Json.name(json, "finishReason", done.finishReason());
        UsageJson.write(json, done.usage(), done.cost());
    }

    private static void failed(JsonGenerator json, TurnEvent.Failed failed) throws IOException {
        Json.name(json, "state", failed.state());
        json.writeFieldName("problem");
        ProblemJson.writeStored(json, failed.problem());
        message(json, failed.message());
        UsageJson.write(json, failed.usage(), failed.cost());
        if (!failed.saved()) {
            json.writeBooleanField("saved", false);
        }
    }

    private static void message(JsonGenerator json, @Nullable MessageId message) throws IOException {
        Json.text(json, "message", message == null ? null : message.value());
    }
}
