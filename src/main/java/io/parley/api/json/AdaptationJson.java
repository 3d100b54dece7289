package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.MessageId;
import io.parley.provider.Adaptation;
import io.parley.provider.Adaptation.Kind;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the differences between the sent history and the stored one. */
final class AdaptationJson {
    private AdaptationJson() {
    }

    /**
     * Writes the field {@code adaptations}.
     *
     * @param input the id of the message that is not stored yet, or null
     */
    static void write(JsonGenerator json, List<Adaptation> adaptations, @Nullable MessageId input) throws IOException {
        json.writeArrayFieldStart("adaptations");
        for (Adaptation adaptation : adaptations) {
            MessageId message = adaptation.message();
            json.writeStartObject();
            Json.text(json, "message", message == null || message.equals(input) ? null : message.value());
            Json.name(json, "kind", adaptation.kind());
            json.writeStringField("reason", adaptation.kind().sentence());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes the field for a turn whose provider has refused pictures. It writes no field if no picture is missing. */
    static void writeRefused(JsonGenerator json, List<MessageId> unseen) throws IOException {
        if (!unseen.isEmpty()) {
            write(json, unseen.stream().map(message -> new Adaptation(message, Kind.PICTURE_REFUSED)).toList(), null);
        }
    }
}
