package io.parley.simulator;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Makes up arguments that fit a tool's JSON Schema. */
final class Example {
    private static final int DEPTH = 5;

    private Example() {
    }

    /** An object with an example for each property of the schema. */
    static String of(JsonObject schema) {
        return object(schema, DEPTH).encode();
    }

    private static JsonObject object(JsonObject schema, int depth) {
        JsonObject example = new JsonObject();
        JsonObject properties = Fields.object(schema, "properties");
        if (properties != null && depth > 0) {
            for (String name : properties.fieldNames()) {
                JsonObject property = Fields.object(properties, name);
                example.put(name, property == null ? name : value(name, property, depth - 1));
            }
        }
        return example;
    }

    private static Object value(String name, JsonObject schema, int depth) {
        if (schema.getValue("enum") instanceof JsonArray values && !values.isEmpty()) {
            return values.getValue(0);
        }
        return switch (Fields.text(schema, "type")) {
            case "integer", "number" -> 1;
            case "boolean" -> true;
            case "array" -> new JsonArray();
            case "object" -> object(schema, depth);
            default -> name;
        };
    }
}
