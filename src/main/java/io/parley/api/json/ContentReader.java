package io.parley.api.json;

import io.parley.conversation.Content;
import io.parley.conversation.RawJson;
import io.parley.conversation.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the content of a message: a string, or a list of blocks that its role may have. */
final class ContentReader {
    private static final int LONGEST_NAME = 256;
    private static final Set<String> OF_USER = Set.of("text", "image");
    private static final Set<String> OF_ASSISTANT = Set.of("text", "refusal", "tool-call", "thinking", "opaque");
    private static final Set<String> OF_TOOL = Set.of("tool-result");
    private final Limits limits;
    private final ImageReader images;

    ContentReader(Limits limits) {
        this.limits = limits;
        this.images = new ImageReader(limits);
    }

    /** A content that a message of this role may have; empty where it may not, which is noted. */
    List<Content> read(@Nullable Value value, Role role) {
        if (value == null) {
            return List.of();
        }
        List<Content> content = blocks(value, switch (role) {
            case USER -> OF_USER;
            case ASSISTANT -> OF_ASSISTANT;
            case TOOL -> OF_TOOL;
        });
        if (role == Role.TOOL && value.json() instanceof JsonValue.Text) {
            value.wrong("must be a list of tool-result blocks");
        }
        checkSizes(value, content);
        return content;
    }

    /** The role that an input of a turn has: tool results make it a tool message. */
    static Role roleOfInput(@Nullable Value value) {
        return value != null && value.json() instanceof JsonValue.Elements(List<JsonValue> items, int _, int _)
                && items.stream().anyMatch(ContentReader::isToolResult) ? Role.TOOL : Role.USER;
    }

    private List<Content> blocks(Value value, Set<String> allowed) {
        return switch (value.json()) {
            case JsonValue.Text(String text, int _, int _) -> List.of(text(value, text));
            case JsonValue.Elements(List<JsonValue> items, int _, int _) when items.isEmpty() -> none(value);
            case JsonValue.Elements _ -> elements(value, allowed);
            case JsonValue.Members _,JsonValue.Number _,JsonValue.Truth _,JsonValue.Null _ -> {
                value.wrong("must be a string or a list of blocks, not " + value.json().kind());
                yield List.of();
            }
        };
    }

    private List<Content> elements(Value value, Set<String> allowed) {
        List<Content> blocks = new ArrayList<>();
        List<Value> elements = value.elements(Integer.MAX_VALUE);
        for (Value element : elements == null ? List.<Value> of() : elements) {
            Content block = block(element, allowed);
            if (block != null) {
                blocks.add(block);
            }
        }
        return blocks;
    }

    private @Nullable Content block(Value value, Set<String> allowed) {
        Fields fields = value.fields();
        Value type = fields.require("type");
        String name = type == null ? null : type.text(LONGEST_NAME);
        if (type == null || name == null) {
            return null;
        }
        if (!allowed.contains(name)) {
            return type.wrong("must be one of " + String.join(", ", allowed.stream().sorted().toList()) + " here");
        }
        Content block = switch (name) {
            case "text" -> new Content.Text(fields.requiredText("text", Integer.MAX_VALUE));
            case "refusal" -> new Content.Refusal(fields.requiredText("text", Integer.MAX_VALUE));
            case "image" -> images.read(fields.require("source"));
            case "tool-call" -> toolCall(fields);
            case "tool-result" -> toolResult(fields);
            case "thinking" -> new Content.Thinking(fields.requiredText("provider", LONGEST_NAME),
                    thinkingText(fields), fields.text("signature", Integer.MAX_VALUE));
            default -> opaque(fields);
        };
        fields.refuseOthers();
        return block;
    }

    private static String thinkingText(Fields fields) {
        Value value = fields.require("text");
        String text = value == null ? null : value.text(Integer.MAX_VALUE);
        return text == null ? "" : text;
    }

    private Content toolCall(Fields fields) {
        return new Content.ToolCall(fields.requiredText("id", LONGEST_NAME), fields.requiredText("name", LONGEST_NAME),
                fields.object("arguments", limits.text().asLongValue()));
    }

    private Content toolResult(Fields fields) {
        String call = fields.requiredText("callId", LONGEST_NAME);
        Value value = fields.require("content");
        List<Content> content = value == null ? List.of() : result(value);
        return new Content.ToolResult(call, content, fields.truth("error"));
    }

    private List<Content> result(Value value) {
        // A tool may well have nothing to say.
        return switch (value.json()) {
            case JsonValue.Text(String text, int _, int _) -> List.of(new Content.Text(text));
            case JsonValue.Elements(List<JsonValue> items, int _, int _) when items.isEmpty() -> List.of(new Content.Text(""));
            case JsonValue.Elements _,JsonValue.Members _,JsonValue.Number _,JsonValue.Truth _,JsonValue.Null _ ->
                blocks(value, OF_USER);
        };
    }

    private Content opaque(Fields fields) {
        String provider = fields.requiredText("provider", LONGEST_NAME);
        Value block = fields.require("block");
        RawJson raw = block == null ? null : block.raw(limits.text().asLongValue());
        return new Content.Opaque(provider, raw == null ? RawJson.EMPTY_OBJECT : raw);
    }

    private void checkSizes(Value value, List<Content> content) {
        if (ContentSize.text(content) > limits.text().asLongValue()) {
            value.tooLarge("must hold at most " + limits.text().asLongValue() + " bytes of text");
        }
        if (ContentSize.images(content) > limits.images()) {
            value.wrong("must hold at most " + limits.images() + " images");
        }
    }

    private static Content text(Value value, String text) {
        if (text.isEmpty()) {
            value.wrong("must not be empty");
        }
        return new Content.Text(text);
    }

    private static List<Content> none(Value value) {
        value.wrong("must have at least one block");
        return List.of();
    }

    private static boolean isToolResult(JsonValue block) {
        return block instanceof JsonValue.Members(var fields, int _, int _)
                && fields.get("type") instanceof JsonValue.Text(String type, int _, int _) && OF_TOOL.contains(type);
    }
}
