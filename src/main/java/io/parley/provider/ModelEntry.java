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
            "outputLimit", "prices", "cacheLifetime", "cacheMinimum", "abilities", "exactTokens", "imageTokens");
    /** Of all rules together: a user's file that changes the rule leaves the former one's fields in place. */
    private static final Set<String> IMAGE_FIELDS = Set.of("rule", "base", "tile", "multiplier", "each", "most");
    private static final int MOST_OF_AN_IMAGE = 100_000;
    private static final BigDecimal LEAST_OF_A_PATCH = new BigDecimal("0.01");
    private static final BigDecimal MOST_OF_A_PATCH = BigDecimal.valueOf(100);

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
                output, prices(), cacheLifetime(), cacheMinimum(), abilities(), new Counting(exactTokens(), imageTokens()));
    }

    private CatalogueException wrong(String field, String rule) {
        return new CatalogueException(
                file + ": model \"" + fields.path("name").asText() + "\": " + field + ": " + rule);
    }

    private String text(JsonNode object, String key, String field) {
        String text = WireJson.text(object, key);
        if (text == null || text.isBlank()) {
            throw wrong(field, "must be a string");
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
        BigDecimal input = decimal(prices, "input", "prices.input");
        BigDecimal cached = prices.has("cachedInput") ? decimal(prices, "cachedInput", "prices.cachedInput") : input;
        BigDecimal written = prices.has("cacheWrite") ? decimal(prices, "cacheWrite", "prices.cacheWrite") : input;
        String currency = prices.has("currency") ? text(prices, "currency", "prices.currency") : "USD";
        return new Prices(input, cached, written, decimal(prices, "output", "prices.output"), currency);
    }

    private BigDecimal decimal(JsonNode object, String key, String field) {
        String text = object.path(key).isNumber() ? object.path(key).asText() : WireJson.textOrEmpty(object, key);
        try {
            BigDecimal decimal = new BigDecimal(text);
            if (decimal.signum() >= 0) {
                return decimal;
            }
        } catch (NumberFormatException e) {
            // Told below, like a negative one.
        }
        throw wrong(field, "must be a number of 0 or more");
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

    private boolean exactTokens() {
        JsonNode value = fields.path("exactTokens");
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw wrong("exactTokens", "must be true or false");
        }
        return value.booleanValue();
    }

    private ImageRule imageTokens() {
        JsonNode rule = fields.path("imageTokens");
        if (rule.isMissingNode()) {
            return Counting.ESTIMATED.images();
        }
        rule.fieldNames().forEachRemaining(field -> {
            if (!IMAGE_FIELDS.contains(field)) {
                throw wrong("imageTokens." + field, "is not a field of an image rule");
            }
        });
        return switch (WireJson.textOrEmpty(rule, "rule")) {
            case "tiles" -> new ImageRule.Tiles(imageFigure(rule, "base"), imageFigure(rule, "tile"));
            case "patches" -> new ImageRule.Patches(multiplier(rule), imageFigure(rule, "most"));
            case "pixels" -> new ImageRule.Pixels(imageFigure(rule, "each"), imageFigure(rule, "most"));
            default -> throw wrong("imageTokens.rule", "must be tiles, patches or pixels");
        };
    }

    private int imageFigure(JsonNode rule, String key) {
        JsonNode value = rule.path(key);
        if (!value.isInt() || value.intValue() < 1 || value.intValue() > MOST_OF_AN_IMAGE) {
            throw wrong("imageTokens." + key, "must be a whole number from 1 to " + MOST_OF_AN_IMAGE);
        }
        return value.intValue();
    }

    private BigDecimal multiplier(JsonNode rule) {
        BigDecimal multiplier = decimal(rule, "multiplier", "imageTokens.multiplier");
        if (multiplier.compareTo(LEAST_OF_A_PATCH) < 0 || multiplier.compareTo(MOST_OF_A_PATCH) > 0) {
            throw wrong("imageTokens.multiplier", "must be from " + LEAST_OF_A_PATCH + " to " + MOST_OF_A_PATCH);
        }
        return multiplier;
    }
}
