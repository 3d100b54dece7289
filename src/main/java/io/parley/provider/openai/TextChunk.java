package io.parley.provider.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parley.provider.ChunkShape;
import io.parley.provider.WireJson;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that brings the next piece of text and nothing else that matters, as nearly all do; read without a tree of it. What
 * is in any way unusual is none, and is left to those who look at the whole.
 */
final class TextChunk {
    private @Nullable String id;
    private @Nullable String text;
    private int textAt = -1;
    private int paddingAt = -1;

    private TextChunk() {
    }

    /** The chunk that is written here, or null. */
    static @Nullable TextChunk of(byte[] json) {
        TextChunk chunk = new TextChunk();
        return WireJson.isObject(json, chunk::inChunk) && chunk.text != null ? chunk : null;
    }

    /** The reply's id; null if it is not said. */
    @Nullable
    String id() {
        return id;
    }

    /** The piece, not empty. */
    String text() {
        return Objects.requireNonNull(text);
    }

    /** Makes the shape of this chunk, which is written here, the known shape. */
    void teach(ChunkShape shape, byte[] json) {
        shape.learn(json, text(), textAt, paddingAt);
    }

    private boolean inChunk(String name, JsonParser json) throws IOException {
        return switch (name) {
            case "id" -> {
                id = json.getText();
                yield isText(json);
            }
            case "choices" -> text == null && json.hasToken(JsonToken.START_ARRAY) && json.nextToken() != JsonToken.END_ARRAY
                    && WireJson.isObject(json, this::inChoice) && json.nextToken() == JsonToken.END_ARRAY;
            case "obfuscation", "p" -> {
                paddingAt = WireJson.quoteAt(json);
                yield WireJson.skip(json);
            }
            case "usage", "error", "x_groq" -> json.hasToken(JsonToken.VALUE_NULL);
            default -> WireJson.skip(json);
        };
    }

    private boolean inChoice(String name, JsonParser json) throws IOException {
        return switch (name) {
            case "index" -> json.hasToken(JsonToken.VALUE_NUMBER_INT) && json.getIntValue() == 0;
            case "delta" -> text == null && WireJson.isObject(json, this::inDelta);
            case "finish_reason", "message", "text", "usage", "error" -> json.hasToken(JsonToken.VALUE_NULL);
            default -> WireJson.skip(json);
        };
    }

    private boolean inDelta(String name, JsonParser json) throws IOException {
        return switch (name) {
            case "content" -> {
                boolean first = text == null;
                textAt = WireJson.quoteAt(json);
                text = json.getText();
                yield first && isText(json);
            }
            case "role" -> WireJson.skip(json);
            // Any other member of a delta may be content, so the slower reader takes a chunk in which one has a value.
            default -> json.hasToken(JsonToken.VALUE_NULL) || isEmpty(json);
        };
    }

    private static boolean isEmpty(JsonParser json) throws IOException {
        return json.hasToken(JsonToken.START_ARRAY) ? json.nextToken() == JsonToken.END_ARRAY
                : json.hasToken(JsonToken.VALUE_STRING) && json.getTextLength() == 0;
    }

    private static boolean isText(JsonParser json) throws IOException {
        return json.hasToken(JsonToken.VALUE_STRING) && json.getTextLength() > 0;
    }
}
