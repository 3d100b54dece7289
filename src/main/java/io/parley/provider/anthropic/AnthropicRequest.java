package io.parley.provider.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.BlankText;
import io.parley.conversation.Content;
import io.parley.conversation.Generation;
import io.parley.conversation.ToolDefinition;
import io.parley.provider.Ability;
import io.parley.provider.ChatCall;
import io.parley.provider.JsonBody;
import io.parley.provider.WireHistory;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Renders a call as a body of Messages. Fields stand in a fixed order: equal calls give equal bytes. */
final class AnthropicRequest {
    private static final double HIGHEST_TEMPERATURE = 1;

    private final ChatCall call;
    private final WireHistory history;

    /** @param history the history of the call, with pictures that can be sent */
    AnthropicRequest(ChatCall call, WireHistory history) {
        this.call = call;
        this.history = history;
    }

    Buffer render() {
        return JsonBody.write(this::body);
    }

    private void body(JsonGenerator json) throws IOException {
        Generation generation = call.generation();
        CacheMarks marks = CacheMarks.of(call, history);
        json.writeStartObject();
        json.writeStringField("model", call.model().upstreamName());
        json.writeNumberField("max_tokens",
                Objects.requireNonNullElse(generation.maxOutputTokens(), call.model().outputLimit()));
        tools(json, call.tools(), marks.afterTools());
        system(json, marks.afterSystem());
        json.writeArrayFieldStart("messages");
        new AnthropicMessages(json, marks).write(history);
        json.writeEndArray();
        generation(json, generation);
        json.writeBooleanField("stream", true);
        json.writeEndObject();
    }

    private void system(JsonGenerator json, boolean marked) throws IOException {
        if (call.system() == null || BlankText.isBlank(call.system())) {
            return;
        }
        if (!marked) {
            json.writeStringField("system", call.system());
            return;
        }
        json.writeArrayFieldStart("system");
        AnthropicMessages.text(json, call.system(), true);
        json.writeEndArray();
    }

    private void tools(JsonGenerator json, List<ToolDefinition> tools, boolean markLast) throws IOException {
        if (!tools.isEmpty()) {
            json.writeArrayFieldStart("tools");
            for (int i = 0; i < tools.size(); i++) {
                tool(json, tools.get(i), markLast && i == tools.size() - 1);
            }
            json.writeEndArray();
            return;
        }
        List<String> called = calledTools();
        if (!called.isEmpty()) {
            toolsOfThePast(json, called);
        }
    }

    private static void tool(JsonGenerator json, ToolDefinition tool, boolean marked) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", tool.name());
        if (tool.description() != null) {
            json.writeStringField("description", tool.description());
        }
        json.writeFieldName("input_schema");
        json.writeRawValue(tool.parameters().text());
        AnthropicMessages.end(json, marked);
    }

    /** A history that holds tool blocks is refused without definitions; these are for reading only. */
    private static void toolsOfThePast(JsonGenerator json, List<String> names) throws IOException {
        json.writeArrayFieldStart("tools");
        for (String name : names) {
            json.writeStartObject();
            json.writeStringField("name", name);
            json.writeObjectFieldStart("input_schema");
            json.writeStringField("type", "object");
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeObjectFieldStart("tool_choice");
        json.writeStringField("type", "none");
        json.writeEndObject();
    }

    private List<String> calledTools() {
        return history.entries().stream()
                .flatMap(entry -> entry.blocks().stream())
                .flatMap(block -> block.content() instanceof Content.ToolCall called ? Stream.of(called.name())
                        : Stream.empty())
                .distinct()
                .toList();
    }

    private void generation(JsonGenerator json, Generation generation) throws IOException {
        if (generation.temperature() != null && call.model().can(Ability.TEMPERATURE)) {
            json.writeNumberField("temperature", Math.min(HIGHEST_TEMPERATURE, generation.temperature()));
        }
        // Texts of white space only are refused.
        List<String> stop = generation.stop() == null ? List.of()
                : generation.stop().stream().filter(text -> !BlankText.isBlank(text)).toList();
        if (!stop.isEmpty() && call.model().can(Ability.STOP)) {
            json.writeArrayFieldStart("stop_sequences");
            for (String text : stop) {
                json.writeString(text);
            }
            json.writeEndArray();
        }
    }
}
