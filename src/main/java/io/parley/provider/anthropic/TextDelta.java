package io.parley.provider.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parley.provider.ChunkShape;
import io.parley.provider.WireJson;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event that brings the next piece of a block of text, as nearly all do; read without a tree of it. What is in any way
 * unusual is none, and is left to those who look at the whole.
 */
final class TextDelta {
    private boolean delta;
    private boolean textDelta;
    private int index;
    private @Nullable String text;
    private int textAt = -1;

    private TextDelta() {
    }

    /** The event that is written here, or null. */
    static @Nullable TextDelta of(byte[] json) {
        TextDelta event = new TextDelta();
        return WireJson.isObject(json, event::inEvent) && event.delta && event.textDelta && event.text != null ? event : null;
    }

    /** Which block it belongs to. */
    int index() {
        return index;
    }

    /** The piece, not empty. */
    String text() {
        return Objects.requireNonNull(text);
    }

    /** Makes the shape of this event, which is written here, the known shape. */
    void teach(ChunkShape shape, byte[] json) {
        shape.learn(json, text(), textAt, -1);
    }

    private boolean inEvent(String name, JsonParser json) throws IOException {
        return switch (name) {
            case "type" -> delta = json.getText().equals("content_block_delta");
            case "index" -> {
                index = json.getIntValue();
                yield json.hasToken(JsonToken.VALUE_NUMBER_INT);
            }
            case "delta" -> !textDelta && text == null && WireJson.isObject(json, this::inDelta);
            default -> WireJson.skip(json);
        };
    }

    private boolean inDelta(String name, JsonParser json) throws IOException {
        return switch (name) {
            case "type" -> textDelta = json.getText().equals("text_delta");
            case "text" -> {
                textAt = WireJson.quoteAt(json);
                text = json.getText();
                yield json.hasToken(JsonToken.VALUE_STRING) && json.getTextLength() > 0;
            }
            default -> WireJson.skip(json);
        };
    }
}
