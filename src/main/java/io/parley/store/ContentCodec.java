package io.parley.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.RawJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Content blocks at rest. Names in here are data at rest: never rename one. Only what people may search for is named
 * {@code text}. JSON that is to stay byte for byte is kept as a string.
 */
final class ContentCodec {
    /** The provider of a block that a later version of Parley has stored; it is sent to nobody and written back as it was. */
    static final String LATER = "parley.later";

    private ContentCodec() {
    }

    static ArrayNode encodeAll(List<Content> blocks) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(blocks.size());
        blocks.forEach(block -> array.add(encode(block)));
        return array;
    }

    static List<Content> decodeAll(@Nullable JsonNode array) {
        List<Content> blocks = new ArrayList<>();
        if (array != null) {
            array.forEach(block -> blocks.add(decode(block)));
        }
        return blocks;
    }

    static JsonNode encode(Content block) {
        ObjectNode json = Json.object();
        switch (block) {
            case Content.Text text -> json.put("type", "text").put("text", text.text());
            case Content.Refusal refusal -> json.put("type", "refusal").put("text", refusal.text());
            case Content.Image image -> json.put("type", "image").set("source", encode(image.source()));
            case Content.ToolCall call -> json.put("type", "tool-call").put("id", call.id()).put("name", call.name())
                    .put("arguments", call.arguments().text());
            case Content.ToolResult result -> json.put("type", "tool-result").put("call", result.callId())
                    .put("error", result.error()).set("content", encodeAll(result.content()));
            case Content.Thinking thinking -> thinking(json, thinking);
            case Content.Opaque opaque -> {
                if (opaque.provider().equals(LATER)) {
                    return Json.readAny(opaque.block().text());
                }
                json.put("type", "opaque").put("provider", opaque.provider()).put("block", opaque.block().text());
            }
        }
        return json;
    }

    private static void thinking(ObjectNode json, Content.Thinking thinking) {
        json.put("type", "thinking").put("provider", thinking.provider()).put("thinking", thinking.text());
        Json.put(json, "signature", thinking.signature());
    }

    static Content decode(JsonNode json) {
        return switch (Json.text(json, "type", "")) {
            case "text" -> new Content.Text(Json.text(json, "text", ""));
            case "refusal" -> new Content.Refusal(Json.text(json, "text", ""));
            case "image" -> new Content.Image(source(json.path("source")));
            case "tool-call" -> new Content.ToolCall(Json.text(json, "id", ""), Json.text(json, "name", ""),
                    new RawJson(Json.text(json, "arguments", "{}")));
            case "tool-result" -> new Content.ToolResult(Json.text(json, "call", ""), decodeAll(json.get("content")),
                    json.path("error").asBoolean());
            case "thinking" -> new Content.Thinking(Json.text(json, "provider", ""), Json.text(json, "thinking", ""),
                    Json.text(json, "signature"));
            case "opaque" -> new Content.Opaque(Json.text(json, "provider", ""),
                    new RawJson(Json.text(json, "block", "null")));
            default -> new Content.Opaque(LATER, new RawJson(Json.write(json)));
        };
    }

    private static ObjectNode encode(ImageSource source) {
        ObjectNode json = Json.object();
        return switch (source) {
            case ImageSource.Inline inline -> json.put("type", "base64").put("mediaType", inline.mediaType())
                    .put("data", inline.base64());
            case ImageSource.Url url -> json.put("type", "url").put("url", url.url());
            case ImageSource.Stored stored -> json.put("type", "stored").put("sha256", stored.sha256())
                    .put("mediaType", stored.mediaType()).put("bytes", stored.bytes()).put("width", stored.width())
                    .put("height", stored.height());
        };
    }

    private static ImageSource source(JsonNode json) {
        return switch (Json.text(json, "type", "")) {
            case "base64" -> new ImageSource.Inline(Json.text(json, "mediaType", ""), Json.text(json, "data", ""));
            case "stored" -> new ImageSource.Stored(Json.text(json, "sha256", ""), Json.text(json, "mediaType", ""),
                    json.path("bytes").asInt(), json.path("width").asInt(), json.path("height").asInt());
            default -> new ImageSource.Url(Json.text(json, "url", ""));
        };
    }
}
