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
            writeFields(json, settings, true);
            json.writeEndObject();
        });
    }

    /** Returns the approximate number of characters of the settings. It counts only the fields that may be long. */
    static long length(SessionSettings settings) {
        long length = settings.metadata().text().length();
        String prompt = settings.systemPrompt();
        length += prompt == null ? 0 : prompt.length();
        for (String fact : settings.facts()) {
            length += fact.length();
        }
        List<ToolDefinition> tools = settings.generation().tools();
        for (ToolDefinition tool : tools == null ? List.<ToolDefinition> of() : tools) {
            length += tool.parameters().text().length() + (tool.description() == null ? 0 : tool.description().length());
        }
        return length;
    }

    /** @param whole whether to write system prompt, facts and tools, which lists leave out */
    static void writeFields(JsonGenerator json, SessionSettings settings, boolean whole) throws IOException {
        json.writeStringField("title", settings.title());
        Json.text(json, "model", settings.model());
        texts(json, "fallbacks", settings.fallbacks());
        if (whole) {
            Json.text(json, "systemPrompt", settings.systemPrompt());
            texts(json, "facts", settings.facts());
        }
        policies(json, "context", settings.context());
        generation(json, settings.generation());
        if (whole) {
            tools(json, settings.generation().tools());
        }
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
