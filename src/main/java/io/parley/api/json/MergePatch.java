package io.parley.api.json;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON Merge Patch, RFC 7396. What a patch does not touch, and what it brings, keeps its own characters. */
final class MergePatch {
    private MergePatch() {
    }

    /** The JSON text that comes of a patch. */
    static String apply(JsonText target, JsonText patch) {
        return new MergePatch().merged(target, target.root(), patch, patch.root());
    }

    private String merged(JsonText target, @Nullable JsonValue before, JsonText patch, JsonValue change) {
        if (!(change instanceof JsonValue.Members(Map<String, JsonValue> changes, int _, int _))) {
            return patch.raw(change);
        }
        Map<String, JsonValue> old = before instanceof JsonValue.Members members ? members.fields() : Map.of();
        Map<String, String> fields = new LinkedHashMap<>();
        old.forEach((name, value) -> fields.put(name, target.raw(value)));
        changes.forEach((name, value) -> {
            if (value instanceof JsonValue.Null) {
                fields.remove(name);
            } else {
                fields.put(name, merged(target, old.get(name), patch, value));
            }
        });
        return Json.write(json -> {
            json.writeStartObject();
            for (Map.Entry<String, String> field : fields.entrySet()) {
                json.writeFieldName(field.getKey());
                json.writeRawValue(field.getValue());
            }
            json.writeEndObject();
        });
    }
}
