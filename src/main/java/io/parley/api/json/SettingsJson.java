package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Generation;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.ToolDefinition;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the settings of a session, all of them, in the form in which they are read. */
final class SettingsJson {
    private SettingsJson() {
    }

    static String write(SessionSettings settings) {
        return Json.write(json -> {
            json.writeStartObject();
            writeFields(json, settings);
            json.writeEndObject();
        });
    }

    static void writeFields(JsonGenerator json, SessionSettings settings) throws IOException {
        json.writeStringField("title", settings.title());
        Json.text(json, "model", settings.model());
        texts(json, "fallbacks", settings.fallbacks());
        Json.text(json, "systemPrompt", settings.systemPrompt());
        texts(json, "facts", settings.facts());
        policies(json, "context", settings.context());
        generation(json, settings.generation());
        Json.name(json, "ifRunning", settings.ifRunning());
        Json.name(json, "onDisconnect", settings.onDisconnect());
        Json.name(json, "onCrash", settings.onCrash());
        json.writeStringField("retention", Retention.write(settings.retention()));
        Json.raw(json, "metadata", settings.metadata());
    }

    private static void generation(JsonGenerator json, Generation generation) throws IOException {
        Integer maxOutputTokens = generation.maxOutputTokens();
        Double temperature = generation.temperature();
        json.writeFieldName("maxOutputTokens");
        number(json, maxOutputTokens);
        json.writeFieldName("temperature");
        number(json, temperature);
        texts(json, "stop", generation.stop());
        tools(json, generation.tools());
    }

    private static void tools(JsonGenerator json, @Nullable List<ToolDefinition> tools) throws IOException {
        if (tools == null) {
            json.writeNullField("tools");
            return;
        }
        json.writeArrayFieldStart("tools");
        for (ToolDefinition tool : tools) {
            json.writeStartObject();
            json.writeStringField("name", tool.name());
            if (tool.description() != null) {
                json.writeStringField("description", tool.description());
            }
            Json.raw(json, "parameters", tool.parameters());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void policies(JsonGenerator json, String name, List<ContextSpec> policies) throws IOException {
        json.writeArrayFieldStart(name);
        for (ContextSpec spec : policies) {
            policy(json, spec);
        }
        json.writeEndArray();
    }

    private static void policy(JsonGenerator json, ContextSpec spec) throws IOException {
        json.writeStartObject();
        json.writeStringField("policy", spec.policy());
        for (Map.Entry<String, Object> parameter : spec.parameters().entrySet().stream()
                .sorted(Map.Entry.comparingByKey()).toList()) {
            json.writePOJOField(parameter.getKey(), parameter.getValue());
        }
        json.writeEndObject();
    }

    private static void texts(JsonGenerator json, String name, @Nullable List<String> texts) throws IOException {
        if (texts == null) {
            json.writeNullField(name);
            return;
        }
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private static void number(JsonGenerator json, @Nullable Number number) throws IOException {
        if (number == null) {
            json.writeNull();
        } else {
            // 1.0 was most likely written as 1; both mean the same.
            json.writeNumber(new BigDecimal(number.toString()).stripTrailingZeros().toPlainString());
        }
    }
}
