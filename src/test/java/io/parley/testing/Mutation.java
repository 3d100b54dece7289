package io.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes one place of a JSON value, so that the value nearly fits its schema. */
public final class Mutation {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<JsonNode> OTHERS = List.of(JSON.nullNode(), JSON.booleanNode(true), JSON.numberNode(0),
            JSON.numberNode(-1), JSON.numberNode(1.5), JSON.numberNode(101), JSON.numberNode(Long.MAX_VALUE), JSON.textNode(""),
            JSON.textNode("m0"), JSON.textNode("x".repeat(601)), new ArrayNode(JSON), new ArrayNode(JSON).addNull(),
            new ObjectNode(JSON), new ObjectNode(JSON).put("type", "text"));

    private Mutation() {
    }

    /** Returns a copy that differs in one place: it has one member more or less, or another value in one place. */
    public static JsonNode of(JsonNode value, Random random) {
        JsonNode changed = value.deepCopy();
        List<JsonNode> containers = new ArrayList<>();
        collect(changed, containers);
        if (containers.isEmpty()) {
            return other(random);
        }
        switch (containers.get(random.nextInt(containers.size()))) {
            case ObjectNode object -> change(object, random);
            case ArrayNode array -> change(array, random);
            case JsonNode leaf -> throw new IllegalStateException("no container: " + leaf);
        }
        return changed;
    }

    private static void collect(JsonNode value, List<JsonNode> containers) {
        if (value.isContainerNode()) {
            containers.add(value);
            value.forEach(each -> collect(each, containers));
        }
    }

    private static void change(ObjectNode object, Random random) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        int kind = names.isEmpty() ? 0 : random.nextInt(4);
        if (kind == 0) {
            object.set(random.nextBoolean() ? "unknown" : "type", other(random));
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        if (kind == 1) {
            object.remove(name);
        } else {
            object.set(name, other(random));
        }
    }

    private static void change(ArrayNode array, Random random) {
        if (array.isEmpty() || random.nextBoolean()) {
            array.add(other(random));
        } else if (random.nextBoolean()) {
            array.remove(random.nextInt(array.size()));
        } else {
            array.set(random.nextInt(array.size()), other(random));
        }
    }

    private static JsonNode other(Random random) {
        return OTHERS.get(random.nextInt(OTHERS.size())).deepCopy();
    }
}
