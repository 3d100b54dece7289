package io.parley.provider.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.Role;
import io.parley.provider.WireHistory;
import java.io.IOException;

/** Writes a history block by block. */
final class AnthropicMessages {
    private final JsonGenerator json;
    private final CacheMarks marks;

    AnthropicMessages(JsonGenerator json, CacheMarks marks) {
        this.json = json;
        this.marks = marks;
    }

    void write(WireHistory history) throws IOException {
        for (WireHistory.Entry entry : history.entries()) {
            json.writeStartObject();
            json.writeStringField("role", entry.role() == Role.ASSISTANT ? "assistant" : "user");
            json.writeArrayFieldStart("content");
            for (WireHistory.Placed block : entry.blocks()) {
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
        json.writeStringField("id", call.id());
        json.writeStringField("name", call.name());
        json.writeFieldName("input");
        json.writeRawValue(call.arguments().text());
        end(json, marked);
    }

    private void toolResult(Content.ToolResult result, boolean marked) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "tool_result");
        json.writeStringField("tool_use_id", result.callId());
        if (!result.content().isEmpty()) {
            json.writeArrayFieldStart("content");
            for (Content block : result.content()) {
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
}
