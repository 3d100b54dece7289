package io.parley.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import io.parley.conversation.IfRunning;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.RawJson;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.ToolDefinition;
import io.parley.turn.TurnOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Session settings at rest. Names in here are data at rest: never rename one. */
final class SettingsCodec {
    private SettingsCodec() {
    }

    /**
     * The stored form.
     *
     * @param earlier what was stored before; its fields that this version does not know stay
     */
    static ObjectNode encode(SessionSettings settings, ObjectNode earlier) {
        ObjectNode json = earlier.deepCopy().put("v", 1).put("title", settings.title());
        Json.put(json, "model", settings.model());
        Json.put(json, "systemPrompt", settings.systemPrompt());
        texts(json.putArray("fallbacks"), settings.fallbacks());
        texts(json.putArray("facts"), settings.facts());
        ArrayNode context = json.putArray("context");
        settings.context().forEach(spec -> context.add(encode(spec)));
        json.set("generation", encode(settings.generation()));
        json.put("ifRunning", StoredNames.IF_RUNNING.name(settings.ifRunning()));
        json.put("onDisconnect", StoredNames.ON_DISCONNECT.name(settings.onDisconnect()));
        json.put("onCrash", StoredNames.ON_CRASH.name(settings.onCrash()));
        Duration retention = settings.retention();
        Json.put(json, "retention", retention == null ? null : retention.toString());
        return json.put("metadata", settings.metadata().text());
    }

    /** Writes the settings that lists show: all but the long fields. */
    static String encodeListed(SessionSettings settings) {
        return Json.write(encode(settings.forLists(), Json.object()));
    }

    static SessionSettings decode(ObjectNode json) {
        String retention = Json.text(json, "retention");
        return new SessionSettings(Json.text(json, "title", ""), Json.text(json, "model"), texts(json.get("fallbacks")),
                Json.text(json, "systemPrompt"), texts(json.get("facts")), specs(json.path("context")),
                generation(json.path("generation")),
                StoredNames.IF_RUNNING.value(Json.text(json, "ifRunning"), IfRunning.REJECT),
                StoredNames.ON_DISCONNECT.value(Json.text(json, "onDisconnect"), OnDisconnect.CONTINUE),
                StoredNames.ON_CRASH.value(Json.text(json, "onCrash"), OnCrash.INTERRUPT),
                retention == null ? null : Duration.parse(retention), new RawJson(Json.text(json, "metadata", "{}")));
    }

    /** The options of a turn, with which another process begins the turn again. */
    static String encodeOptions(TurnOptions options) {
        ObjectNode json = Json.object();
        Json.put(json, "model", options.model());
        if (options.context() != null) {
            ArrayNode context = json.putArray("context");
            options.context().forEach(spec -> context.add(encode(spec)));
        }
        json.set("generation", encode(options.generation()));
        return Json.write(json);
    }

    /** Reads the options that {@link #encodeOptions} has written. */
    static TurnOptions decodeOptions(String stored) {
        ObjectNode json = stored.isEmpty() ? Json.object() : Json.read(stored);
        return new TurnOptions(Json.text(json, "model"), json.has("context") ? specs(json.path("context")) : null,
                generation(json.path("generation")));
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static List<String> texts(@Nullable JsonNode array) {
        List<String> texts = new ArrayList<>();
        if (array != null) {
            array.forEach(text -> texts.add(text.asText()));
        }
        return texts;
    }

    private static ObjectNode encode(ContextSpec spec) {
        ObjectNode json = Json.object().put("policy", spec.policy());
        ObjectNode parameters = json.putObject("parameters");
        new TreeMap<>(spec.parameters()).forEach((name, value) -> {
            switch (value) {
                case Integer number -> parameters.put(name, number);
                case Long number -> parameters.put(name, number);
                case Number number -> parameters.put(name, number.doubleValue());
                case Boolean flag -> parameters.put(name, flag);
                default -> parameters.put(name, value.toString());
            }
        });
        return json;
    }

    private static List<ContextSpec> specs(JsonNode array) {
        List<ContextSpec> specs = new ArrayList<>();
        for (JsonNode json : array) {
            Map<String, Object> parameters = new LinkedHashMap<>();
            json.path("parameters").properties().forEach(entry -> parameters.put(entry.getKey(), plain(entry.getValue())));
            specs.add(new ContextSpec(Json.text(json, "policy", ""), parameters));
        }
        return specs;
    }

    private static Object plain(JsonNode value) {
        if (value.isNumber()) {
            return value.numberValue();
        }
        return value.isBoolean() ? (Object) value.booleanValue() : value.asText();
    }

    private static ObjectNode encode(Generation generation) {
        ObjectNode json = Json.object();
        if (generation.maxOutputTokens() != null) {
            json.put("maxOutputTokens", generation.maxOutputTokens());
        }
        if (generation.temperature() != null) {
            json.put("temperature", generation.temperature());
        }
        if (generation.stop() != null) {
            texts(json.putArray("stop"), generation.stop());
        }
        if (generation.tools() != null) {
            ArrayNode tools = json.putArray("tools");
            generation.tools().forEach(tool -> tools.add(encode(tool)));
        }
        return json;
    }

    private static ObjectNode encode(ToolDefinition tool) {
        ObjectNode json = Json.object().put("name", tool.name()).put("parameters", tool.parameters().text());
        Json.put(json, "description", tool.description());
        return json;
    }

    private static Generation generation(JsonNode json) {
        JsonNode tokens = json.get("maxOutputTokens");
        JsonNode temperature = json.get("temperature");
        return new Generation(tokens == null ? null : (Integer) tokens.asInt(),
                temperature == null ? null : (Double) temperature.asDouble(),
                json.has("stop") ? texts(json.get("stop")) : null, json.has("tools") ? tools(json.path("tools")) : null);
    }

    private static List<ToolDefinition> tools(JsonNode array) {
        List<ToolDefinition> tools = new ArrayList<>();
        array.forEach(json -> tools.add(new ToolDefinition(Json.text(json, "name", ""), Json.text(json, "description"),
                new RawJson(Json.text(json, "parameters", "{}")))));
        return tools;
    }
}
