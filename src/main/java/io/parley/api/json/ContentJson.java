package io.parley.api.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.RawJson;
import io.parley.conversation.SessionId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the blocks of a message. */
final class ContentJson {
    private ContentJson() {
    }

    /** @param session whose images the blocks name */
    static void writeArray(JsonGenerator json, String name, List<Content> content, SessionId session) throws IOException {
        json.writeArrayFieldStart(name);
        for (Content block : content) {
            write(json, block, session);
        }
        json.writeEndArray();
    }

    static void write(JsonGenerator json, Content block, SessionId session) throws IOException {
        json.writeStartObject();
        switch (block) {
            case Content.Text(String text) -> text(json, "text", text);
            case Content.Refusal(String text) -> text(json, "refusal", text);
            case Content.Image(ImageSource source) -> image(json, source, session);
            case Content.ToolCall(String id, String name, RawJson arguments) -> toolCall(json, id, name, arguments);
            case Content.ToolResult result -> toolResult(json, result, session);
            case Content.Thinking(String provider, String text, String signature) ->
                thinking(json, provider, text, signature);
            case Content.Opaque(String provider, RawJson raw) -> opaque(json, provider, raw);
        }
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String type, String text) throws IOException {
        json.writeStringField("type", type);
        json.writeStringField("text", text);
    }

    private static void toolCall(JsonGenerator json, String id, String name, RawJson arguments) throws IOException {
        json.writeStringField("type", "tool-call");
        json.writeStringField("id", id);
        json.writeStringField("name", name);
        Json.raw(json, "arguments", arguments);
    }

    private static void toolResult(JsonGenerator json, Content.ToolResult result, SessionId session) throws IOException {
        json.writeStringField("type", "tool-result");
        json.writeStringField("callId", result.callId());
        // A request may not hold an empty text block, so a client can send back the content that it has read only without them.
        writeArray(json, "content", result.content().stream().filter(block -> !isEmpty(block)).toList(), session);
        json.writeBooleanField("error", result.error());
    }

    private static boolean isEmpty(Content block) {
        return block instanceof Content.Text(String text) && text.isEmpty();
    }

    private static void thinking(JsonGenerator json, String provider, String text, @Nullable String signature)
            throws IOException {
        json.writeStringField("type", "thinking");
        json.writeStringField("provider", provider);
        json.writeStringField("text", text);
        if (signature != null) {
            json.writeStringField("signature", signature);
        }
    }

    private static void opaque(JsonGenerator json, String provider, RawJson block) throws IOException {
        json.writeStringField("type", "opaque");
        json.writeStringField("provider", provider);
        Json.raw(json, "block", block);
    }

    private static void image(JsonGenerator json, ImageSource source, SessionId session) throws IOException {
        json.writeStringField("type", "image");
        json.writeObjectFieldStart("source");
        switch (source) {
            case ImageSource.Inline(String mediaType, String base64) -> {
                json.writeStringField("type", "base64");
                json.writeStringField("mediaType", mediaType);
                json.writeStringField("data", base64);
            }
            case ImageSource.Url(String url) -> {
                json.writeStringField("type", "url");
                json.writeStringField("url", url);
            }
            case ImageSource.Stored stored -> stored(json, stored, session);
        }
        json.writeEndObject();
    }

    private static void stored(JsonGenerator json, ImageSource.Stored stored, SessionId session) throws IOException {
        json.writeStringField("type", "stored");
        json.writeStringField("sha256", stored.sha256());
        json.writeStringField("mediaType", stored.mediaType());
        json.writeNumberField("bytes", stored.bytes());
        json.writeNumberField("width", stored.width());
        json.writeNumberField("height", stored.height());
        json.writeStringField("url", Paths.image(session, stored.sha256()));
    }
}
