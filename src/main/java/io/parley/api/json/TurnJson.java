package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Content;
import io.parley.conversation.Problem;
import io.parley.conversation.Turn;
import java.io.IOException;
import java.util.List;

/** Writes turns. */
public final class TurnJson {
    private TurnJson() {
    }

    /** A turn with what it has said so far. */
    public static void write(JsonGenerator json, Turn turn, List<Content> reply) throws IOException {
        json.writeStartObject();
        head(json, turn);
        ContentJson.writeArray(json, "content", reply, turn.session());
        tail(json, turn);
        json.writeEndObject();
    }

    /** Returns the approximate number of characters of a turn with its reply. */
    public static long length(Turn turn, List<Content> reply) {
        return ContentSize.text(reply) + turn.metadata().text().length();
    }

    /** A turn in a list, which brings no replies. */
    public static void write(JsonGenerator json, Turn turn) throws IOException {
        json.writeStartObject();
        head(json, turn);
        tail(json, turn);
        json.writeEndObject();
    }

    private static void head(JsonGenerator json, Turn turn) throws IOException {
        json.writeStringField("id", turn.id().value());
        json.writeStringField("session", turn.session().value());
        Json.name(json, "state", turn.state());
        json.writeStringField("userMessage", turn.userMessage().value());
        Json.text(json, "message", turn.replyStored() ? turn.reply().value() : null);
    }

    private static void tail(JsonGenerator json, Turn turn) throws IOException {
        Problem problem = turn.problem();
        Json.name(json, "finishReason", turn.finishReason());
        UsageJson.write(json, turn.usage(), turn.cost());
        Json.text(json, "model", turn.model());
        if (turn.context() != null) {
            AdaptationJson.writeRefused(json, turn.context().unseen());
        }
        if (problem != null) {
            json.writeFieldName("problem");
            ProblemJson.writeStored(json, problem);
        }
        Json.raw(json, "metadata", turn.metadata());
        Json.time(json, "createdAt", turn.createdAt());
        Json.time(json, "updatedAt", turn.updatedAt());
    }
}
