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
    private static final String TEXT = "text";
    private static final String THINKING = "thinking";
    private static final String TOOL_USE = "tool_use";
    /** OpenAI's name for text, which some servers use in this format too. */
    private static final String OUTPUT_TEXT = "output_text";
    private final JsonNode start;
    private String type;
    private final StringBuilder thinking = new StringBuilder();
    private final StringBuilder signature = new StringBuilder();
    private final StringBuilder input = new StringBuilder();

    /** A block as it was announced: what it already holds is its beginning. */
    BlockDraft(JsonNode start, ReplySink sink) {
        String stated = WireJson.textOrEmpty(start, "type");
        this.type = (stated.isEmpty() && start.has(TEXT)) || stated.equals(OUTPUT_TEXT) ? TEXT : stated;
        boolean understood = type.equals(TEXT) || type.equals(THINKING);
        this.start = understood ? MissingNode.getInstance() : start;
        if (type.equals(TEXT)) {
            sink.text(text(start));
        } else if (type.equals(THINKING)) {
            think(WireJson.textOrEmpty(start, "thinking"), sink);
            sign(WireJson.textOrEmpty(start, "signature"), sink);
        } else {
            sink.kept(WireJson.write(start));
        }
    }

    /**
     * Creates a block that the server did not announce, with the type of its first delta; null if the delta does not show it.
     */
    static @Nullable BlockDraft ofDelta(String delta, ReplySink sink) {
        String type = typeOf(delta);
        return type.isEmpty() ? null : new BlockDraft(WireJson.MAPPER.createObjectNode().put("type", type), sink);
    }

    private static String typeOf(String delta) {
        return switch (delta) {
            case "text_delta", "output_text_delta" -> TEXT;
            case "thinking_delta", "signature_delta" -> THINKING;
            // The delta holds the arguments of a tool whose name the server did not send.
            case "input_json_delta" -> throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
            default -> "";
        };
    }

    /** Takes the next piece, of whichever kind it is. */
    void add(JsonNode delta, ReplySink sink) {
        String kind = WireJson.textOrEmpty(delta, "type");
        type = type.isEmpty() ? typeOf(kind) : type;
        switch (kind) {
            case "text_delta", "output_text_delta" -> sink.text(text(delta));
            case "thinking_delta" -> think(WireJson.textOrEmpty(delta, "thinking"), sink);
            case "signature_delta" -> sign(WireJson.textOrEmpty(delta, "signature"), sink);
            case "input_json_delta" -> input(delta.path("partial_json"), sink);
            case "citations_delta" -> {
                // Citations are no part of the text.
            }
            default -> addUnknown(delta, sink);
        }
    }

    /** Takes a piece of an unknown kind. Its text and its arguments of a call must not get lost. */
    private void addUnknown(JsonNode delta, ReplySink sink) {
        if (type.equals(TEXT)) {
            sink.text(text(delta));
        } else if (type.equals(TOOL_USE) && delta.size() > 1) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        } else {
            UnknownBlocks.requireNoText(type, delta);
        }
    }

    /** Fails if the text is not a string or has another name, because a part of the reply would be missing. */
    private static String text(JsonNode holder) {
        JsonNode text = holder.path(TEXT);
        boolean none = text.isMissingNode() || text.isNull() || (text.isTextual() && text.textValue().isEmpty());
        if (none ? UnknownBlocks.hasText(holder) : !text.isTextual()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        return text.asText("");
    }

    private void think(String piece, ReplySink sink) {
        thinking.append(piece);
        sink.thinking(piece);
    }

    private void sign(String piece, ReplySink sink) {
        signature.append(piece);
        sink.kept(piece);
    }

    private void input(JsonNode piece, ReplySink sink) {
        String json = piece.isObject() ? WireJson.write(piece) : piece.asText("");
        input.append(json);
        sink.hidden(json);
    }

    /** Returns whether the block is text. */
    boolean isText() {
        return type.equals(TEXT);
    }

    /** Whether nothing is missing: arguments that broke off are seen by their not being JSON. */
    boolean isWhole() {
        return input.isEmpty() || WireJson.argumentsOrNull(input.toString()) != null;
    }

    /**
     * Passes the block on.
     *
     * @param complete false if the reply was cut; an incomplete block is then left out, otherwise it is an error
     * @param responseId the provider's id of the reply; null if the provider has sent none
     * @return whether the block was a call
     */
    boolean finish(boolean complete, @Nullable String responseId, ReplySink sink) {
        if (!complete && type.equals(TOOL_USE)) {
            return false;
        }
        if (!isWhole()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        Content block = block(responseId, sink);
        if (block instanceof Content.Opaque) {
            judge(sink);
        }
        if (block != null) {
            sink.block(block);
        }
        return block instanceof Content.ToolCall;
    }

    private void judge(ReplySink sink) {
        UnknownBlocks.requireNoAnswer(type, start);
        if (UnknownBlocks.isServerWork(type)) {
            sink.answered();
        } else {
            sink.notUnderstood();
        }
    }

    private @Nullable Content block(@Nullable String responseId, ReplySink sink) {
        return switch (type) {
            case TEXT -> null;
            case THINKING -> new Content.Thinking(AnthropicProvider.PROTOCOL, thinking.toString(),
                    signature.isEmpty() ? null : signature.toString());
            case TOOL_USE -> call(responseId, sink);
            default -> start.isObject() ? new Content.Opaque(AnthropicProvider.PROTOCOL, new RawJson(rebuilt())) : null;
        };
    }

    private Content call(@Nullable String responseId, ReplySink sink) {
        String name = WireJson.textOrEmpty(start, "name");
        String arguments = arguments();
        if (name.isEmpty() || arguments == null) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        String id = sink.callId(WireJson.textOrEmpty(start, "id"), responseId);
        return new Content.ToolCall(id, name, new RawJson(arguments));
    }

    private @Nullable String arguments() {
        if (!input.isEmpty()) {
            return WireJson.argumentsOrNull(input.toString());
        }
        JsonNode whole = start.path("input");
        return WireJson.argumentsOrNull(whole.isMissingNode() ? "" : WireJson.write(whole));
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
