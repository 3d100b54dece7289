package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.MessageId;
import io.parley.stream.SessionEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The names of the events of a session's feed on the wire, and their data: one line of JSON each. */
public final class SessionEventJson {
    private SessionEventJson() {
    }

    /** Its {@code event:}; null for what is only a place. */
    @Nullable
    public static String name(SessionEvent event) {
        return switch (event) {
            case SessionEvent.TurnStarted _ -> "turn-started";
            case SessionEvent.TurnEnded _ -> "turn-ended";
            case SessionEvent.MessageChanged _ -> "message-changed";
            case SessionEvent.SettingsChanged _,SessionEvent.Deleted _ -> "session-changed";
            case SessionEvent.Missed _ -> "reset";
            case SessionEvent.Listening _ -> null;
        };
    }

    /** Its {@code data:}. */
    public static String data(SessionEvent event) {
        return Json.writeLine(json -> {
            json.writeStartObject();
            switch (event) {
                case SessionEvent.TurnStarted(var turn, var userMessage) -> {
                    json.writeStringField("turn", turn.value());
                    json.writeStringField("userMessage", userMessage.value());
                }
                case SessionEvent.TurnEnded(var turn, var state, var message) -> {
                    json.writeStringField("turn", turn.value());
                    Json.name(json, "state", state);
                    message(json, message);
                }
                case SessionEvent.MessageChanged(var message, var change) -> {
                    message(json, message);
                    Json.name(json, "change", change);
                }
                case SessionEvent.Deleted _ -> json.writeBooleanField("deleted", true);
                case SessionEvent.SettingsChanged _,SessionEvent.Missed _,SessionEvent.Listening _ -> {
                }
            }
            json.writeEndObject();
        });
    }

    private static void message(JsonGenerator json, @Nullable MessageId message) throws IOException {
        Json.text(json, "message", message == null ? null : message.value());
    }
}
