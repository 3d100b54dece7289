package io.parley.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.parley.conversation.Content;
import io.parley.conversation.RawJson;
import io.parley.provider.ErrorClass;
import io.parley.provider.ReplySink;
import io.parley.provider.WireJson;
import org.jspecify.annotations.Nullable;

/** One content block while it grows. Text goes on at once; every other block when it is whole. */
final class BlockDraft {
    private final JsonNode start;
    private final String type;
    private final StringBuilder thinking = new StringBuilder();
    private final StringBuilder signature = new StringBuilder();
    private final StringBuilder input = new StringBuilder();

    /** A block as it was announced: what it already holds is its beginning. */
    BlockDraft(JsonNode start, ReplySink sink) {
        this.type = WireJson.textOrEmpty(start, "type");
        boolean understood = type.equals("text") || type.equals("thinking");
        this.start = understood ? MissingNode.getInstance() : start;
        if (type.equals("text")) {
            sink.text(WireJson.text(start, "text"));
        } else if (type.equals("thinking")) {
            think(WireJson.textOrEmpty(start, "thinking"), sink);
            sign(WireJson.textOrEmpty(start, "signature"), sink);
        } else {
            sink.kept(WireJson.write(start));
        }
    }

    /** Takes the next piece, of whichever kind it is. */
    void add(JsonNode delta, ReplySink sink) {
        switch (WireJson.textOrEmpty(delta, "type")) {
            case "text_delta" -> sink.text(WireJson.text(delta, "text"));
            case "thinking_delta" -> think(WireJson.textOrEmpty(delta, "thinking"), sink);
            case "signature_delta" -> sign(WireJson.textOrEmpty(delta, "signature"), sink);
            case "input_json_delta" -> {
                input.append(WireJson.textOrEmpty(delta, "partial_json"));
                sink.hidden(WireJson.text(delta, "partial_json"));
            }
            default -> {
                // Citations and kinds that are not known yet: nothing of them is kept.
            }
        }
    }

    private void think(String piece, ReplySink sink) {
        thinking.append(piece);
        sink.thinking(piece);
    }

    private void sign(String piece, ReplySink sink) {
        signature.append(piece);
        sink.kept(piece);
    }

    /** Whether nothing is missing: arguments that broke off are seen by their not being JSON. */
    boolean isWhole() {
        return input.isEmpty() || WireJson.argumentsOrNull(input.toString()) != null;
    }

    /**
     * Gives on the block.
     *
     * @param complete false if the reply was cut: then a block that broke off is left out, else it is an error
     */
    void finish(boolean complete, ReplySink sink) {
        if (!complete && type.equals("tool_use")) {
            return;
        }
        if (!isWhole()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        Content block = block();
        if (block != null) {
            sink.block(block);
        }
    }

    private @Nullable Content block() {
        return switch (type) {
            case "text" -> null;
            case "thinking" -> new Content.Thinking(AnthropicProvider.PROTOCOL, thinking.toString(),
                    signature.isEmpty() ? null : signature.toString());
            case "tool_use" -> new Content.ToolCall(WireJson.textOrEmpty(start, "id"), WireJson.textOrEmpty(start, "name"),
                    new RawJson(arguments()));
            default -> start.isObject() ? new Content.Opaque(AnthropicProvider.PROTOCOL, new RawJson(rebuilt())) : null;
        };
    }

    private String arguments() {
        if (!input.isEmpty()) {
            return input.toString();
        }
        return start.path("input").isObject() ? WireJson.write(start.path("input")) : "{}";
    }

    /** The block as it would be had it come whole. */
    private String rebuilt() {
        if (input.isEmpty()) {
            return WireJson.write(start);
        }
        ObjectNode whole = start.deepCopy();
        whole.set("input", WireJson.parse(input.toString()));
        return WireJson.write(whole);
    }
}
