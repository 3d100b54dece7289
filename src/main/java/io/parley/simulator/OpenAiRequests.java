package io.parley.simulator;

import io.parley.simulator.Prompt.Said;
import io.parley.simulator.Prompt.Speaker;
import io.parley.simulator.Prompt.Tool;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what OpenAI's Chat Completions take, and refuses what they refuse. */
final class OpenAiRequests {
    private static final int MESSAGE_OVERHEAD = 4;
    private static final int IMAGE_TOKENS = 765;
    private final JsonObject body;
    private final StringBuilder system = new StringBuilder();
    private final List<Said> said = new ArrayList<>();
    private final Prefix prefix;

    private OpenAiRequests(JsonObject body) {
        this.body = body;
        this.prefix = new Prefix(Fields.text(body, "model") + "\n" + Fields.text(body, "prompt_cache_key"));
    }

    /** @throws Refused in OpenAI's words */
    static Prompt read(JsonObject body) {
        return new OpenAiRequests(body).read();
    }

    private Prompt read() {
        String model = Fields.text(body, "model");
        if (model.isEmpty()) {
            throw Refused.invalid("you must provide a model parameter");
        }
        if (body.getValue("tools") instanceof JsonArray tools && !tools.isEmpty()) {
            prefix.addText(tools.encode());
        }
        readMessages(messages());
        if (said.isEmpty()) {
            throw parameter("Invalid 'messages': expected a message of the user.", "invalid_value");
        }
        JsonObject options = Fields.object(body, "stream_options");
        return new Prompt(model, system.toString(), said, tools(),
                Fields.limit(body, "max_completion_tokens", "max_tokens"), Fields.texts(body, "stop"),
                Fields.flag(body, "stream"), options != null && Fields.flag(options, "include_usage"), prefix);
    }

    private JsonArray messages() {
        return switch (body.getValue("messages")) {
            case null -> throw parameter("Missing required parameter: 'messages'.", "missing_required_parameter");
            case JsonArray array when array.isEmpty() -> throw parameter("Invalid 'messages': empty array. Expected an "
                    + "array with minimum length 1, but got an empty array instead.", "empty_array");
            case JsonArray array -> array;
            case Object _ -> throw parameter("Invalid type for 'messages': expected an array of objects.", "invalid_type");
        };
    }

    private void readMessages(JsonArray messages) {
        Set<String> unanswered = new HashSet<>();
        for (int i = 0; i < messages.size(); i++) {
            if (!(messages.getValue(i) instanceof JsonObject message)) {
                throw parameter("Invalid type for 'messages[" + i + "]': expected an object.", "invalid_type");
            }
            checkOrder(message, unanswered);
            read(message, i);
            count(message);
        }
        checkAnswered(unanswered);
    }

    private void read(JsonObject message, int index) {
        String text = text(message);
        List<String> images = images(message);
        switch (Fields.text(message, "role")) {
            case "system", "developer" -> system.append(system.isEmpty() ? "" : "\n").append(text);
            case "user" -> said.add(new Said(Speaker.USER, text, images));
            case "assistant" -> said.add(new Said(Speaker.ASSISTANT, text, images));
            case "tool" -> said.add(new Said(Speaker.TOOL, text, images));
            case String role -> throw new Refused(Refused.Kind.INVALID, "Invalid value: '" + Showcase.quote(role)
                    + "'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
                    "messages[" + index + "].role", "invalid_value");
        }
    }

    private void count(JsonObject message) {
        JsonObject head = message.copy();
        head.remove("content");
        head.remove("tool_calls");
        prefix.addWhole(head.encode(), MESSAGE_OVERHEAD);
        prefix.addText(Fields.text(message, "content"));
        for (JsonObject part : Fields.objects(message, "content")) {
            if ("text".equals(Fields.text(part, "type"))) {
                prefix.addText(Fields.text(part, "text"));
            } else {
                prefix.addWhole(part.encode(), part.containsKey("image_url") ? IMAGE_TOKENS : 0);
            }
        }
        Fields.objects(message, "tool_calls").forEach(call -> prefix.addText(call.encode()));
    }

    private static void checkOrder(JsonObject message, Set<String> unanswered) {
        if ("tool".equals(Fields.text(message, "role"))) {
            if (!unanswered.remove(Fields.text(message, "tool_call_id"))) {
                throw parameter("Invalid parameter: messages with role 'tool' must be a response to a preceeding message "
                        + "with 'tool_calls'.", null);
            }
            return;
        }
        checkAnswered(unanswered);
        Fields.objects(message, "tool_calls").forEach(call -> unanswered.add(Fields.text(call, "id")));
    }

    private static void checkAnswered(Set<String> unanswered) {
        if (!unanswered.isEmpty()) {
            throw parameter("An assistant message with 'tool_calls' must be followed by tool messages responding to each "
                    + "'tool_call_id'. The following tool_call_ids did not have response messages: "
                    + String.join(", ", unanswered), null);
        }
    }

    private static String text(JsonObject message) {
        StringBuilder text = new StringBuilder(Fields.text(message, "content"));
        for (JsonObject part : Fields.objects(message, "content")) {
            text.append(text.isEmpty() ? "" : "\n").append(Fields.text(part, "text"));
        }
        return text.toString();
    }

    private static List<String> images(JsonObject message) {
        List<String> images = new ArrayList<>();
        for (JsonObject part : Fields.objects(message, "content")) {
            JsonObject image = Fields.object(part, "image_url");
            if (image != null) {
                images.add(Picture.describe(Fields.text(image, "url")));
            }
        }
        return images;
    }

    private List<Tool> tools() {
        Object choice = body.getValue("tool_choice");
        if ("none".equals(choice)) {
            return List.of();
        }
        String named = choice instanceof JsonObject wanted ? functionName(wanted) : "";
        return Fields.objects(body, "tools").stream()
                .filter(tool -> !functionName(tool).isEmpty())
                .map(tool -> new Tool(functionName(tool), "required".equals(choice) || functionName(tool).equals(named),
                        arguments(tool)))
                .toList();
    }

    private static String functionName(JsonObject tool) {
        JsonObject function = Fields.object(tool, "function");
        return function == null ? "" : Fields.text(function, "name");
    }

    private static String arguments(JsonObject tool) {
        JsonObject function = Fields.object(tool, "function");
        JsonObject schema = function == null ? null : Fields.object(function, "parameters");
        return schema == null ? "{}" : Example.of(schema);
    }

    private static Refused parameter(String message, @Nullable String code) {
        return new Refused(Refused.Kind.INVALID, message, "messages", code);
    }
}
