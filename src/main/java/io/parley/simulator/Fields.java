package io.parley.simulator;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads fields of JSON that may hold anything: what has not the wanted type counts as absent. */
final class Fields {
    private Fields() {
    }

    static String text(JsonObject object, String name) {
        return object.getValue(name) instanceof String text ? text : "";
    }

    static @Nullable JsonObject object(JsonObject object, String name) {
        return object.getValue(name) instanceof JsonObject value ? value : null;
    }

    /** The objects of an array; other elements are skipped. */
    static List<JsonObject> objects(JsonObject object, String name) {
        List<JsonObject> objects = new ArrayList<>();
        if (object.getValue(name) instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.getValue(i) instanceof JsonObject element) {
                    objects.add(element);
                }
            }
        }
        return objects;
    }

    /** A text or the texts of an array. */
    static List<String> texts(JsonObject object, String name) {
        Object value = object.getValue(name);
        if (value instanceof String text) {
            return List.of(text);
        }
        return value instanceof JsonArray array
                ? array.stream().filter(String.class::isInstance).map(String.class::cast).toList()
                : List.of();
    }

    /** The first of these fields that holds a number, or a number too large to matter. */
    static int limit(JsonObject object, String... names) {
        for (String name : names) {
            if (object.getValue(name) instanceof Number number) {
                return Math.clamp(number.longValue(), 0, Integer.MAX_VALUE);
            }
        }
        return Integer.MAX_VALUE;
    }

    static boolean flag(JsonObject object, String name) {
        return Boolean.TRUE.equals(object.getValue(name));
    }

    /** Whether a text is one JSON object. */
    static boolean isObject(String text) {
        try {
            return new JsonObject(text).fieldNames() != null;
        } catch (DecodeException e) {
            return false;
        }
    }
}
