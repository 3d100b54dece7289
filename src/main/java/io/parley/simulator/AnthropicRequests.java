package io.parley.simulator;

import io.parley.simulator.Prompt.Said;
import io.parley.simulator.Prompt.Speaker;
import io.parley.simulator.Prompt.Tool;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads what Anthropic's Messages take, and refuses what they refuse. */
final class AnthropicRequests {
    private static final String VERSION_WITHOUT_SAMPLING = "2026-10-21";
    private static final int MESSAGE_OVERHEAD = 4;
    private static final int IMAGE_TOKENS = 1500;
    private final JsonObject body;
    private final List<Said> said = new ArrayList<>();
    private final Prefix prefix;

    private AnthropicRequests(JsonObject body) {
        this.body = body;
        this.prefix = new Prefix(Fields.text(body, "model"));
    }

    /** @throws Refused in Anthropic's words */
    static Prompt read(JsonObject body, MultiMap headers) {
        String version = headers.get("anthropic-version");
        if (version == null) {
            throw Refused.invalid("anthropic-version: header is required");
        }
        return new AnthropicRequests(body).read(version);
    }

    private Prompt read(String version) {
        checkFields(version);
        CacheControl.check(body);
        for (JsonObject tool : Fields.objects(body, "tools")) {
            String serialised = CacheControl.without(tool).encode();
            prefix.addBlock(serialised, Tokens.count(serialised), CacheControl.isOn(tool));
        }
        String system = readSystem();
        readMessages();
        return new Prompt(Fields.text(body, "model"), system, said, tools(), Fields.limit(body, "max_tokens"),
                Fields.texts(body, "stop_sequences"), Fields.flag(body, "stream"), true, prefix);
    }

    private void checkFields(String version) {
        for (String field : List.of("model", "max_tokens", "messages")) {
            if (body.getValue(field) == null) {
                throw Refused.invalid(field + ": Field required");
            }
        }
        if (!(body.getValue("messages") instanceof JsonArray messages) || messages.isEmpty()) {
            throw Refused.invalid("messages: at least one message is required");
        }
        for (String field : List.of("temperature", "top_p", "top_k")) {
            if (version.equals(VERSION_WITHOUT_SAMPLING) && body.getValue(field) != null) {
                throw Refused.invalid(field + ": Extra inputs are not permitted");
            }
        }
    }

    private String readSystem() {
        if (body.getValue("system") instanceof String text) {
            prefix.addBlock(text, Tokens.count(text), false);
            return text;
        }
        StringBuilder system = new StringBuilder();
        for (JsonObject block : Fields.objects(body, "system")) {
            String text = Fields.text(block, "text");
            system.append(system.isEmpty() ? "" : "\n").append(text);
            prefix.addBlock(text, Tokens.count(text), CacheControl.isOn(block));
        }
        return system.toString();
    }

    private void readMessages() {
        List<JsonObject> messages = Fields.objects(body, "messages");
        Set<String> asked = Set.of();
        for (int i = 0; i < messages.size(); i++) {
            asked = readMessage(messages.get(i), "messages." + i, asked);
        }
        if (said.getLast().speaker() == Speaker.ASSISTANT) {
            throw Refused.invalid("This model does not support assistant message prefill. "
                    + "The conversation must end with a user message.");
        }
    }

    private Set<String> readMessage(JsonObject message, String place, Set<String> asked) {
        Speaker speaker = speaker(message, place);
        Entry entry = new Entry(place);
        for (JsonObject block : blocks(message)) {
            JsonObject unmarked = CacheControl.without(block);
            int tokens = entry.read(unmarked);
            prefix.addBlock(Fields.text(message, "role") + unmarked.encode(), tokens, CacheControl.isOn(block));
        }
        entry.check(asked, body.containsKey("tools"));
        said.add(new Said(entry.answered.isEmpty() ? speaker : Speaker.TOOL, entry.text.toString(), entry.images));
        return entry.asked;
    }

    private Speaker speaker(JsonObject message, String place) {
        return switch (Fields.text(message, "role")) {
            case "user" -> Speaker.USER;
            case "assistant" -> {
                if (said.isEmpty()) {
                    throw Refused.invalid("messages: first message must use the \"user\" role");
                }
                yield Speaker.ASSISTANT;
            }
            case "system" -> throw Refused.invalid("role 'system' is not supported on this model");
            default -> throw Refused.invalid(place + ".role: Input should be 'user' or 'assistant'");
        };
    }

    private static List<JsonObject> blocks(JsonObject message) {
        return message.getValue("content") instanceof String text
                ? List.of(new JsonObject().put("type", "text").put("text", text))
                : Fields.objects(message, "content");
    }

    private List<Tool> tools() {
        JsonObject choice = Fields.object(body, "tool_choice");
        String type = choice == null ? "auto" : Fields.text(choice, "type");
        String named = choice == null ? "" : Fields.text(choice, "name");
        if ("none".equals(type)) {
            return List.of();
        }
        return Fields.objects(body, "tools").stream()
                .map(tool -> new Tool(Fields.text(tool, "name"),
                        "any".equals(type) || Fields.text(tool, "name").equals(named), arguments(tool)))
                .toList();
    }

    private static String arguments(JsonObject tool) {
        JsonObject schema = Fields.object(tool, "input_schema");
        return schema == null ? "{}" : Example.of(schema);
    }

    /** One message as it is read, block by block. */
    private static final class Entry {
        private final String place;
        private final StringBuilder text = new StringBuilder();
        private final List<String> images = new ArrayList<>();
        private final Set<String> asked = new LinkedHashSet<>();
        private final Set<String> answered = new LinkedHashSet<>();

        Entry(String place) {
            this.place = place;
        }

        /** @return tokens of the block */
        int read(JsonObject block) {
            return MESSAGE_OVERHEAD + switch (Fields.text(block, "type")) {
                case "text" -> readText(Fields.text(block, "text"));
                case "image" -> readImage(block);
                case "tool_use" -> {
                    asked.add(Fields.text(block, "id"));
                    yield Tokens.count(block.encode());
                }
                case "tool_result" -> {
                    answered.add(Fields.text(block, "tool_use_id"));
                    yield readResult(block);
                }
                default -> Tokens.count(block.encode());
            };
        }

        private int readText(String piece) {
            if (piece.isBlank()) {
                throw Refused.invalid(place + ": text content blocks must be non-empty");
            }
            text.append(text.isEmpty() ? "" : "\n").append(piece);
            return Tokens.count(piece);
        }

        private int readImage(JsonObject block) {
            JsonObject source = Fields.object(block, "source");
            images.add(source == null || !source.containsKey("data") ? "an image at a URL"
                    : Picture.describe(Fields.text(source, "media_type"), Fields.text(source, "data")));
            return IMAGE_TOKENS;
        }

        private int readResult(JsonObject block) {
            int tokens = 0;
            for (JsonObject inner : blocks(block)) {
                tokens += read(inner);
            }
            return tokens;
        }

        void check(Set<String> pending, boolean toolsGiven) {
            for (String id : answered) {
                if (!pending.contains(id)) {
                    throw Refused.invalid(place + ": unexpected `tool_use_id` found in `tool_result` blocks: " + id
                            + ". Each `tool_result` block must have a corresponding `tool_use` block in the previous message.");
                }
            }
            if (!answered.containsAll(pending)) {
                throw Refused.invalid(place + ": `tool_use` ids were found without `tool_result` blocks immediately after: "
                        + String.join(", ", pending) + ".");
            }
            if (!toolsGiven && !(asked.isEmpty() && answered.isEmpty())) {
                throw Refused.invalid("Requests which include `tool_use` or `tool_result` blocks must define tools");
            }
        }
    }
}
