package io.parley.provider.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.BlankText;
import io.parley.conversation.Generation;
import io.parley.conversation.ToolDefinition;
import io.parley.provider.Ability;
import io.parley.provider.ChatCall;
import io.parley.provider.JsonBody;
import io.parley.provider.WireHistory;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;

/** Renders a call as a body of Chat Completions. Fields stand in a fixed order: equal calls give equal bytes. */
final class OpenAiRequest {
    private final OpenAiQuirks quirks;
    private final ChatCall call;
    private final WireHistory history;

    /** @param history the history of the call, with pictures that can be sent */
    OpenAiRequest(OpenAiQuirks quirks, ChatCall call, WireHistory history) {
        this.quirks = quirks;
        this.call = call;
        this.history = history;
    }

    /** Returns whether the first message is a system message. */
    static boolean isInstructed(ChatCall call) {
        return call.system() != null && !BlankText.isBlank(call.system());
    }

    Buffer render() {
        return JsonBody.write(this::body);
    }

    private void body(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", call.model().upstreamName());
        json.writeArrayFieldStart("messages");
        if (isInstructed(call)) {
            json.writeStartObject();
            json.writeStringField("role", quirks.systemRole(call.model()));
            json.writeStringField("content", call.system());
            json.writeEndObject();
        }
        new OpenAiMessages(quirks, json).write(history);
        json.writeEndArray();
        tools(json, call.tools());
        generation(json, call.generation());
        stream(json);
        json.writeEndObject();
    }

    private static void tools(JsonGenerator json, List<ToolDefinition> tools) throws IOException {
        if (tools.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("tools");
        for (ToolDefinition tool : tools) {
            json.writeStartObject();
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            json.writeStringField("name", tool.name());
            if (tool.description() != null) {
                json.writeStringField("description", tool.description());
            }
            json.writeFieldName("parameters");
            json.writeRawValue(tool.parameters().text());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void generation(JsonGenerator json, Generation generation) throws IOException {
        if (generation.maxOutputTokens() != null) {
            json.writeNumberField(quirks.maxTokensField(), generation.maxOutputTokens());
        }
        if (generation.temperature() != null && call.model().can(Ability.TEMPERATURE)) {
            json.writeNumberField("temperature", generation.temperature());
        }
        if (generation.stop() != null && !generation.stop().isEmpty() && call.model().can(Ability.STOP)) {
            json.writeArrayFieldStart("stop");
            for (String stop : generation.stop()) {
                json.writeString(stop);
            }
            json.writeEndArray();
        }
    }

    private void stream(JsonGenerator json) throws IOException {
        json.writeBooleanField("stream", true);
        if (quirks.streamUsage()) {
            json.writeObjectFieldStart("stream_options");
            json.writeBooleanField("include_usage", true);
            if (quirks.official()) {
                json.writeBooleanField("include_obfuscation", false);
            }
            json.writeEndObject();
        }
        if (quirks.promptCacheKey()) {
            json.writeStringField("prompt_cache_key", call.cache().key());
        }
    }
}
