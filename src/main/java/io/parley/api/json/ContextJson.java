package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.context.ChosenContext;
import io.parley.context.Forecast;
import io.parley.context.RecalledTurn;
import io.parley.context.Room;
import io.parley.context.Segment;
import io.parley.context.Segment.Kind;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.Summary;
import io.parley.provider.Model;
import io.parley.turn.Preview;
import io.parley.turn.Preview.Listed;
import io.parley.usage.Pricing;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes what would be sent for a turn. */
public final class ContextJson {
    private static final int SIMILARITY_DECIMALS = 4;
    private final JsonGenerator json;
    private final Preview preview;
    private final ChosenContext context;

    private ContextJson(JsonGenerator json, Preview preview) {
        this.json = json;
        this.preview = preview;
        this.context = preview.context();
    }

    /** All of it. */
    public static void write(JsonGenerator json, Preview preview) throws IOException {
        new ContextJson(json, preview).write();
    }

    private void write() throws IOException {
        json.writeStartObject();
        json.writeStringField("policy", context.policy());
        SettingsJson.policies(json, "policies", preview.policies());
        json.writeStringField("model", preview.model().name());
        window(context.room());
        UsageJson.share(json, "sent", context.messages().size(), context.sentTokens());
        UsageJson.share(json, "omitted", context.omittedMessages(), context.omittedTokens());
        summarised();
        retrieved();
        segments();
        messages();
        AdaptationJson.write(json, preview.adaptations(), preview.input());
        UsageJson.share(json, "older", preview.older().messages(), preview.older().tokens());
        cache(context.forecast());
        costs(preview.model());
        json.writeEndObject();
    }

    private void window(Room room) throws IOException {
        json.writeObjectFieldStart("window");
        json.writeNumberField("contextWindow", room.window());
        json.writeNumberField("outputReserve", room.output());
        json.writeNumberField("ceiling", room.ceiling());
        json.writeEndObject();
    }

    private void summarised() throws IOException {
        Summary summary = context.summary();
        if (summary == null) {
            json.writeNullField("summarised");
            return;
        }
        json.writeObjectFieldStart("summarised");
        json.writeNumberField("messages", preview.summarised().messages());
        json.writeNumberField("tokens", preview.summarised().tokens());
        json.writeStringField("through", summary.through().value());
        json.writeStringField("model", summary.model());
        json.writeEndObject();
    }

    private void retrieved() throws IOException {
        Json.text(json, "retrieval",
                preview.recallLeftOut() ? "not-previewed" : context.recalls() ? "previewed" : null);
        json.writeArrayFieldStart("retrieved");
        for (RecalledTurn turn : context.recalled()) {
            json.writeStartObject();
            json.writeArrayFieldStart("messages");
            for (Message message : turn.messages()) {
                json.writeString(message.id().value());
            }
            json.writeEndArray();
            json.writeNumberField("similarity",
                    BigDecimal.valueOf(turn.similarity()).setScale(SIMILARITY_DECIMALS, RoundingMode.HALF_EVEN));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void segments() throws IOException {
        Map<Long, Listed> listed = new HashMap<>();
        preview.messages().forEach(message -> listed.put(message.id().sequence(), message));
        List<Segment> segments = context.segments();
        json.writeArrayFieldStart("segments");
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            json.writeStartObject();
            json.writeStringField("kind", kind(segment.kind()));
            Listed message = listed.get(segment.sequence());
            if (message != null) {
                message("message", message);
            } else {
                json.writeNumberField("tokens", context.scale().tokens(segment.tokens()));
            }
            json.writeBooleanField("cached", i < preview.cachedSegments());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String kind(Kind kind) {
        return switch (kind) {
            case TOOLS -> "tools";
            case SYSTEM -> "system";
            case FACTS -> "facts";
            case SUMMARY -> "summary";
            case MESSAGE, MESSAGES -> "message";
            case RECALLED -> "retrieved";
        };
    }

    /** The fields that tell of a message; one that is not stored has no id. */
    private void message(String name, Listed message) throws IOException {
        MessageId id = message.id().equals(preview.input()) ? null : message.id();
        Json.text(json, name, id == null ? null : id.value());
        Json.name(json, "role", message.role());
        json.writeNumberField("tokens", message.tokens());
    }

    private void messages() throws IOException {
        json.writeArrayFieldStart("messages");
        for (Listed message : preview.messages()) {
            json.writeStartObject();
            message("id", message);
            Json.name(json, "status", message.fate());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void cache(Forecast forecast) throws IOException {
        json.writeObjectFieldStart("cache");
        json.writeNumberField("expectedTokens", forecast.cachedTokens());
        json.writeNumberField("prefixTokens", context.prefixTokens());
        Json.text(json, "cold", forecast.cold());
        Json.text(json, "difference", forecast.difference());
        json.writeBooleanField("cut", forecast.cut());
        json.writeEndObject();
    }

    private void costs(Model model) throws IOException {
        UsageJson.cost(json, "cost", Pricing.input(model, context.sentTokens(), context.forecast().cachedTokens(),
                context.prefixTokens()));
        json.writeObjectFieldStart("withoutTrimming");
        json.writeNumberField("tokens", context.wholeTokens());
        UsageJson.cost(json, "cost", Pricing.input(model, context.wholeTokens()));
        json.writeEndObject();
    }
}
