package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.provider.Ability;
import io.parley.provider.Model;
import io.parley.provider.Prices;
import io.parley.provider.SentPictureSizes;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes models of the catalogue. */
public final class ModelJson {
    private static final long TOKENS_PRICED = 1_000_000;

    private ModelJson() {
    }

    /**
     * One model.
     *
     * @param limits how large the pictures of a request may be
     * @param configured whether it can be called
     * @param isDefault whether it answers where no model is named
     */
    public static void write(JsonGenerator json, Model model, Limits limits, boolean configured, boolean isDefault)
            throws IOException {
        Duration cacheLifetime = model.cacheLifetime();
        json.writeStartObject();
        json.writeStringField("id", model.name());
        json.writeStringField("provider", model.provider());
        json.writeNumberField("contextWindow", model.contextWindow());
        json.writeNumberField("outputLimit", model.outputLimit());
        prices(json, model.prices());
        Json.text(json, "cacheLifetime", cacheLifetime == null ? null : cacheLifetime.toString());
        json.writeNumberField("cacheMinimum", model.cacheMinimum());
        json.writeArrayFieldStart("abilities");
        for (Ability ability : model.abilities().stream().sorted().toList()) {
            json.writeString(Names.of(ability));
        }
        json.writeEndArray();
        pictures(json, model, limits);
        json.writeBooleanField("configured", configured);
        json.writeBooleanField("default", isDefault);
        json.writeEndObject();
    }

    private static void pictures(JsonGenerator json, Model model, Limits limits) throws IOException {
        if (!model.can(Ability.IMAGES)) {
            json.writeNullField("pictures");
            return;
        }
        SentPictureSizes sent = SentPictureSizes.OF_ALL_MODELS;
        json.writeObjectFieldStart("pictures");
        json.writeArrayFieldStart("mediaTypes");
        for (ImageType type : ImageType.values()) {
            json.writeString(type.mediaType());
        }
        json.writeEndArray();
        json.writeNumberField("perMessage", limits.images());
        json.writeNumberField("bytes", limits.image().asLongValue());
        json.writeNumberField("requestBytes", limits.body().asLongValue());
        json.writeObjectFieldStart("sent");
        json.writeNumberField("side", sent.side());
        json.writeNumberField("base64", sent.characters());
        json.writeNumberField("base64Together", sent.charactersTogether());
        json.writeNumberField("base64Rewritten", sent.charactersRewritten());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void prices(JsonGenerator json, @Nullable Prices prices) throws IOException {
        if (prices == null) {
            json.writeNullField("prices");
            return;
        }
        json.writeObjectFieldStart("prices");
        amount(json, "input", prices.input());
        amount(json, "cachedInput", prices.cachedInput());
        amount(json, "cacheWrite", prices.cacheWrite());
        amount(json, "output", prices.output());
        json.writeStringField("currency", prices.currency());
        json.writeNumberField("perTokens", TOKENS_PRICED);
        json.writeEndObject();
    }

    private static void amount(JsonGenerator json, String name, BigDecimal amount) throws IOException {
        json.writeStringField(name, amount.toPlainString());
    }
}
