package io.parley.provider.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** Writes an arrangement of messages, block by block. */
final class AnthropicMessages {
    private static final Pattern NOT_IN_IDS = Pattern.compile("[^A-Za-z0-9_-]");

    private final JsonGenerator json;
    private final CacheMarks marks;

    AnthropicMessages(JsonGenerator json, CacheMarks marks) {
        this.json = json;
        this.marks = marks;
    }

    void write(Arrangement arrangement) throws IOException {
        for (Arrangement.Entry entry : arrangement.entries()) {
            json.writeStartObject();
            json.writeStringField("role", entry.role());
            json.writeArrayFieldStart("content");
            for (Arrangement.Placed block : entry.blocks()) {
                block(block.content(), marks.blocks().contains(block));
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private void block(Content block, boolean marked) throws IOException {
        switch (block) {
            case Content.Text text -> text(json, text.text(), marked);
            case Content.Refusal refusal -> text(json, refusal.text(), marked);
            case Content.Image image -> image(image.source(), marked);
            case Content.ToolCall call -> toolCall(call, marked);
            case Content.ToolResult result -> toolResult(result, marked);
            case Content.Thinking thinking -> thinking(thinking);
            case Content.Opaque opaque -> json.writeRawValue(opaque.block().text());
        }
    }

    /** Writes a block of text. */
    static void text(JsonGenerator json, String text, boolean marked) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "text");
        json.writeStringField("text", text);
        end(json, marked);
    }

    /** Ends the object that is being written, with a mark or without. */
    static void end(JsonGenerator json, boolean marked) throws IOException {
        if (marked) {
            json.writeObjectFieldStart("cache_control");
            json.writeStringField("type", "ephemeral");
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void image(ImageSource source, boolean marked) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "image");
        json.writeObjectFieldStart("source");
        switch (source) {
            case ImageSource.Url url -> {
                json.writeStringField("type", "url");
                json.writeStringField("url", url.url());
            }
            case ImageSource.Inline inline -> {
                json.writeStringField("type", "base64");
                json.writeStringField("media_type", inline.mediaType());
                json.writeStringField("data", inline.base64());
            }
            case ImageSource.Stored stored -> throw new IllegalArgumentException("image not read: " + stored.sha256());
        }
        json.writeEndObject();
        end(json, marked);
    }

    private void toolCall(Content.ToolCall call, boolean marked) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "tool_use");
        json.writeStringField("id", legalId(call.id()));
        json.writeStringField("name", call.name());
        json.writeFieldName("input");
        json.writeRawValue(call.arguments().text());
        end(json, marked);
    }

    private void toolResult(Content.ToolResult result, boolean marked) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "tool_result");
        json.writeStringField("tool_use_id", legalId(result.callId()));
        List<Content> content = result.content().stream().filter(Arrangement::isLegal).toList();
        if (!content.isEmpty()) {
            json.writeArrayFieldStart("content");
            for (Content block : content) {
                block(block, false);
            }
            json.writeEndArray();
        }
        if (result.error()) {
            json.writeBooleanField("is_error", true);
        }
        end(json, marked);
    }

    private void thinking(Content.Thinking thinking) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "thinking");
        json.writeStringField("thinking", thinking.text());
        json.writeStringField("signature", thinking.signature());
        json.writeEndObject();
    }

    /** Ids that other providers gave may hold what is refused here. */
    private static String legalId(String id) {
        return NOT_IN_IDS.matcher(id).replaceAll("_");
    }
}
