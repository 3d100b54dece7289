package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.MessageMeta;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import java.io.IOException;

/** Writes messages. */
public final class MessageJson {
    private MessageJson() {
    }

    /** Returns the approximate number of characters of a message. */
    public static long length(Message message) {
        return ContentSize.text(message.content());
    }

    /** One message of a session. */
    public static void write(JsonGenerator json, Message message, SessionId session) throws IOException {
        MessageMeta meta = message.meta();
        TurnId turn = meta.turn();
        MessageId parent = meta.parent();
        json.writeStartObject();
        json.writeStringField("id", message.id().value());
        Json.text(json, "turn", turn == null ? null : turn.value());
        Json.text(json, "parent", parent == null ? null : parent.value());
        Json.name(json, "role", message.role());
        ContentJson.writeArray(json, "content", message.content(), session);
        Json.name(json, "status", meta.status());
        json.writeNumberField("tokens", meta.tokens().tokens());
        if (meta.superseded()) {
            json.writeBooleanField("superseded", true);
        }
        if (message instanceof Message.Assistant reply) {
            Json.text(json, "model", reply.model());
            Json.name(json, "finishReason", reply.finishReason());
        }
        Json.time(json, "createdAt", meta.createdAt());
        Json.time(json, "updatedAt", meta.updatedAt());
        json.writeEndObject();
    }
}
