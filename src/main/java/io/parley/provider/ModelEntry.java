package io.parley.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One model as a file describes it. A mistake is one line with file, model and field. */
final class ModelEntry {
    private static final Set<String> FIELDS = Set.of("name", "provider", "upstreamName", "encoding", "contextWindow",
            "outputLimit", "prices", "cacheLifetime", "cacheMinimum", "abilities");

    private final String file;
    private final ObjectNode fields;

    ModelEntry(String file, ObjectNode fields) {
        this.file = file;
        this.fields = fields;
    }

    Model model() {
        fields.fieldNames().forEachRemaining(field -> {
            if (!FIELDS.contains(field)) {
                throw wrong(field, "is not a field of a model");
            }
        });
        int window = positive("contextWindow");
        int output = positive("outputLimit");
        if (output > window) {
            throw wrong("outputLimit", "must not be more than contextWindow");
        }
        String name = text(fields, "name", "name");
        String upstream = fields.has("upstreamName") ? text(fields, "upstreamName", "upstreamName") : name;
        return new Model(name, text(fields, "provider", "provider"), upstream, text(fields, "encoding", "encoding"), window,
                output, prices(), cacheLifetime(), cacheMinimum(), abilities());
    }

    private CatalogueException wrong(String field, String rule) {
        return new CatalogueException(
                file + ": model \"" + fields.path("name").asText() + "\": " + field + ": " + rule);
    }

    private String text(JsonNode object, String key, String field) {
        String text = WireJson.text(object, key);
        if (text == null || text.isBlank()) {
            throw wrong(field, "must be a text");
        }
        return text;
    }

    private int positive(String field) {
        JsonNode value = fields.path(field);
        if (!value.isInt() || value.intValue() < 1) {
            throw wrong(field, "must be a whole number of 1 or more");
        }
        return value.intValue();
    }

    private int cacheMinimum() {
        JsonNode value = fields.path("cacheMinimum");
        if (!value.isMissingNode() && (!value.isInt() || value.intValue() < 0)) {
            throw wrong("cacheMinimum", "must be a whole number of 0 or more");
        }
        return value.intValue();
    }

    private @Nullable Duration cacheLifetime() {
        if (!fields.has("cacheLifetime")) {
            return null;
        }
        try {
            return Duration.parse(text(fields, "cacheLifetime", "cacheLifetime"));
        } catch (DateTimeParseException e) {
            throw wrong("cacheLifetime", "must be an ISO 8601 duration such as PT5M");
        }
    }

    private @Nullable Prices prices() {
        JsonNode prices = fields.path("prices");
        if (prices.isMissingNode()) {
            return null;
        }
        BigDecimal input = price(prices, "input");
        BigDecimal cached = prices.has("cachedInput") ? price(prices, "cachedInput") : input;
        BigDecimal written = prices.has("cacheWrite") ? price(prices, "cacheWrite") : input;
        String currency = prices.has("currency") ? text(prices, "currency", "prices.currency") : "USD";
        return new Prices(input, cached, written, price(prices, "output"), currency);
    }

    private BigDecimal price(JsonNode prices, String key) {
        String text = prices.path(key).isNumber() ? prices.path(key).asText() : WireJson.textOrEmpty(prices, key);
        try {
            BigDecimal price = new BigDecimal(text);
            if (price.signum() >= 0) {
                return price;
            }
        } catch (NumberFormatException e) {
            // Told below, like a negative one.
        }
        throw wrong("prices." + key, "must be a number of 0 or more");
    }

    private Set<Ability> abilities() {
        Set<Ability> abilities = EnumSet.noneOf(Ability.class);
        for (JsonNode ability : fields.path("abilities")) {
            abilities.add(ability(ability.asText()));
        }
        return abilities;
    }

    private Ability ability(String written) {
        return Arrays.stream(Ability.values())
                .filter(ability -> ability.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(written))
                .findFirst()
                .orElseThrow(() -> wrong("abilities", "unknown ability \"" + written + "\""));
    }
}
