package io.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * Makes JSON values that a schema of the API's description allows. It supports the keywords that the description uses, and
 * fails on any other keyword that would matter.
 */
public final class SchemaArbitraries {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int LONGEST = 600;
    private static final int DEEPEST = 6;
    private final JsonNode description;
    private final Map<String, List<String>> texts;

    /**
     * Creates values for the schemas of a description.
     *
     * @param texts values for the texts that a schema cannot describe, by pattern or by name of the field
     */
    public SchemaArbitraries(JsonNode description, Map<String, List<String>> texts) {
        this.description = description;
        this.texts = Map.copyOf(texts);
    }

    /** Returns values that a schema allows. */
    public Arbitrary<JsonNode> allowedBy(JsonNode schema) {
        return value(schema, "", 0);
    }

    private Arbitrary<JsonNode> value(JsonNode written, String name, int depth) {
        JsonNode schema = resolved(written);
        if (schema.has("oneOf")) {
            return Arbitraries.oneOf(StreamSupport.stream(schema.get("oneOf").spliterator(), false)
                    .map(variant -> value(variant, name, depth)).toList());
        }
        if (schema.has("not")) {
            return Arbitraries.of(JSON.textNode("x"), JSON.numberNode(1), new ObjectNode(JSON), new ArrayNode(JSON).addNull());
        }
        if (schema.has("enum")) {
            return Arbitraries.of(schema.get("enum").valueStream().toList());
        }
        return Arbitraries.oneOf(types(schema).stream().map(type -> ofType(type, schema, name, depth)).toList());
    }

    private JsonNode resolved(JsonNode schema) {
        return schema.has("$ref") ? resolved(description.at(schema.get("$ref").asText().substring(1))) : schema;
    }

    private static List<String> types(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? type.valueStream().map(JsonNode::asText).toList() : List.of(type.asText());
    }

    private Arbitrary<JsonNode> ofType(String type, JsonNode schema, String name, int depth) {
        return switch (type) {
            case "null" -> Arbitraries.just(JSON.nullNode());
            case "boolean" -> Arbitraries.of(true, false).map(JSON::booleanNode);
            case "integer" ->
                Arbitraries.longs().between(schema.path("minimum").asLong(-1000), schema.path("maximum").asLong(1000))
                        .map(JSON::numberNode);
            case "number" ->
                Arbitraries.doubles().between(schema.path("minimum").asDouble(-9), schema.path("maximum").asDouble(9))
                        .map(JSON::numberNode);
            case "string" -> text(schema, name).map(JSON::textNode);
            case "array" -> array(schema, name, depth);
            case "object" -> object(schema, depth);
            default -> throw new IllegalArgumentException("a schema of the type \"" + type + "\": " + schema);
        };
    }

    private Arbitrary<String> text(JsonNode schema, String name) {
        if (texts.containsKey(name)) {
            return Arbitraries.of(texts.get(name));
        }
        if (schema.has("pattern")) {
            List<String> samples = texts.get(schema.get("pattern").asText());
            if (samples == null) {
                throw new IllegalArgumentException("samples are missing for the pattern " + schema.get("pattern"));
            }
            return Arbitraries.of(samples);
        }
        int least = schema.path("minLength").asInt(0);
        int most = Math.min(schema.path("maxLength").asInt(40), LONGEST);
        Arbitrary<String> any = Arbitraries.strings().all().ofMinLength(least).ofMaxLength(Math.min(most, 30))
                .filter(SchemaArbitraries::isUnicode);
        Arbitrary<String> longest = Arbitraries.of("a", "é", "\uD83D\uDE00").map(letter -> letter.repeat(most));
        return schema.path("maxLength").asInt(LONGEST + 1) <= LONGEST
                ? Arbitraries.frequencyOf(Tuple.of(9, any), Tuple.of(1, longest))
                : any;
    }

    /** Returns whether the text has no surrogate, because JSON in UTF-8 cannot hold a lone one. */
    private static boolean isUnicode(String text) {
        return text.chars().noneMatch(unit -> Character.isSurrogate((char) unit));
    }

    private Arbitrary<JsonNode> array(JsonNode schema, String name, int depth) {
        int least = schema.path("minItems").asInt(0);
        int most = Math.max(least, Math.min(schema.path("maxItems").asInt(3), 3));
        return value(schema.get("items"), name, depth + 1).list().ofMinSize(least).ofMaxSize(depth > DEEPEST ? least : most)
                .map(items -> new ArrayNode(JSON, items));
    }

    private Arbitrary<JsonNode> object(JsonNode schema, int depth) {
        List<String> required = schema.path("required").valueStream().map(JsonNode::asText).toList();
        List<Arbitrary<Member>> members = new ArrayList<>();
        schema.path("properties").properties().forEach(property -> {
            double rarely = required.contains(property.getKey()) ? 0 : depth > DEEPEST ? 1 : 0.6;
            members.add(value(property.getValue(), property.getKey(), depth + 1).injectNull(rarely)
                    .map(value -> new Member(property.getKey(), value)));
        });
        if (members.isEmpty()) {
            members.add(Arbitraries.just(new Member("", null)));
        }
        if (!schema.path("additionalProperties").asBoolean(true)) {
            return Combinators.combine(members).as(SchemaArbitraries::object);
        }
        Arbitrary<Member> free = Arbitraries.of("a", "b c", "ü").map(name -> new Member(name, JSON.textNode("x")));
        return Combinators.combine(members).as(SchemaArbitraries::object)
                .flatMap(known -> free.list().ofMaxSize(2).map(more -> with(known, more)));
    }

    private record Member(String name, JsonNode value) {}

    private static ObjectNode object(List<Member> members) {
        return with(new ObjectNode(JSON), members);
    }

    private static ObjectNode with(ObjectNode before, List<Member> members) {
        ObjectNode object = before.deepCopy();
        members.stream().filter(member -> member.value() != null).forEach(member -> object.set(member.name(), member.value()));
        return object;
    }
}
