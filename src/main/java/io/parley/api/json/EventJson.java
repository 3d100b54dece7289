package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Content;
import io.parley.conversation.MessageId;
import io.parley.conversation.SessionId;
import io.parley.stream.TurnEvent;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The names of the events of a turn on the wire, and their data: one line of JSON each. */
public final class EventJson {
    private static final byte[] TEXT = "{\"text\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] THINKING = "{\"thinking\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\"}".getBytes(StandardCharsets.US_ASCII);

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

    /** Writes its {@code data:} in UTF-8. Nearly all events are pieces of a reply, which take no detour over a text. */
    public static void write(Buffer to, TurnEvent event, SessionId session) {
        switch (event) {
            case TurnEvent.Opened opened -> members(to, json -> opened(json, opened));
            case TurnEvent.ContextChosen chosen -> members(to, json -> chosen(json, chosen));
            case TurnEvent.Delta(String text) -> piece(to, TEXT, text);
            case TurnEvent.Thinking(String text) -> piece(to, THINKING, text);
            case TurnEvent.Block(Content block) -> members(to, json -> {
                json.writeFieldName("block");
                ContentJson.write(json, block, session);
            });
            case TurnEvent.Reset(String text) -> piece(to, TEXT, text);
            case TurnEvent.Done done -> members(to, json -> done(json, done));
            case TurnEvent.Failed failed -> members(to, json -> failed(json, failed));
        }
    }

    private static void piece(Buffer to, byte[] begin, String text) {
        to.appendBytes(begin).appendBytes(Json.quoted(text)).appendBytes(END);
    }

    private static void members(Buffer to, Json.Writing members) {
        to.appendString(object(members));
    }

    private static String object(Json.Writing members) {
        return Json.writeLine(json -> {
            json.writeStartObject();
            members.to(json);
            json.writeEndObject();
        });
    }

    /** The data of {@code reconnect}: this connection ends, not the turn. */
    public static String reconnect(String events, long after) {
        return object(json -> {
            json.writeStringField("events", events);
            json.writeNumberField("after", after);
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
        if (chosen.model() != null) {
            json.writeStringField("model", chosen.model());
        }
        AdaptationJson.writeRefused(json, chosen.unseen());
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
