package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Content;
import io.parley.conversation.RawJson;
import io.parley.provider.ErrorClass;
import io.parley.provider.ReplySink;
import io.parley.provider.WireJson;
import java.util.List;

/**
 * The text, the refusal and the reasoning of a reply. Each of them is a string or a list of typed parts. Text in another form
 * fails the call, because the reply would otherwise miss a part.
 */
final class ReplyText {
    private static final List<String> THOUGHT = List.of("thinking", "reasoning", "text", "summary", "content");
    private static final List<String> TEXT = List.of("text", "content", "value");
    private static final List<String> REFUSAL = List.of("refusal", "text", "content");
    private final StringBuilder reasoning = new StringBuilder();
    private boolean refused;

    void text(String piece, ReplySink sink) {
        if (!piece.isEmpty()) {
            closeReasoning(sink);
        }
        sink.text(piece);
    }

    /** Takes a refusal: a string, a part, or a list of them. It fails if a part holds text under another name. */
    void refusal(JsonNode refusal, ReplySink sink) {
        String piece = joined(refusal, REFUSAL);
        if (piece.isEmpty() && hasText(refusal)) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        if (!piece.isEmpty()) {
            closeReasoning(sink);
            refused = true;
        }
        sink.refusal(piece);
    }

    /** Takes reasoning: a string, a part, or a list of them. */
    void thought(JsonNode thought, ReplySink sink) {
        String piece = joined(thought, THOUGHT);
        reasoning.append(piece);
        sink.thinking(piece);
    }

    /** Takes content: a string, a part, or a list of them. */
    void content(JsonNode content, ReplySink sink) {
        if (content.isArray()) {
            content.forEach(part -> part(part, sink));
        } else {
            part(content, sink);
        }
    }

    private void part(JsonNode part, ReplySink sink) {
        if (part.isTextual()) {
            text(part.textValue(), sink);
        } else if (part.isObject()) {
            typed(part, WireJson.textOrEmpty(part, "type"), sink);
        } else if (!part.isMissingNode() && !part.isNull()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
    }

    private void typed(JsonNode part, String type, ReplySink sink) {
        switch (type) {
            case "text", "output_text", "text_delta", "" -> text(textOf(part), sink);
            case "refusal" -> refusal(part, sink);
            case "thinking", "thought", "reasoning", "reasoning_text", "reasoning.text", "summary_text" -> thought(part, sink);
            default -> unknown(part, type, sink);
        }
    }

    private static boolean hasText(JsonNode node) {
        return node.isObject() ? node.properties().stream().anyMatch(DeltaMembers::isUnknownContent)
                : node.isArray() && node.valueStream().anyMatch(ReplyText::hasText);
    }

    private static String textOf(JsonNode part) {
        String text = joined(part, TEXT);
        boolean unknown = part.size() > 1 && TEXT.stream().noneMatch(part::has);
        boolean wrong = text.isEmpty() && TEXT.stream().map(part::path).anyMatch(said -> said.isNumber() || said.isBoolean());
        if (unknown || wrong) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        return text;
    }

    /**
     * Keeps a part of an unknown kind as it is. It fails if the part seems to be a call or to hold text, because neither may
     * get lost.
     */
    private void unknown(JsonNode part, String type, ReplySink sink) {
        if (type.contains("tool") || type.contains("function") || part.path("text").isTextual()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        closeReasoning(sink);
        String raw = WireJson.write(part);
        sink.kept(raw);
        sink.notUnderstood();
        sink.block(new Content.Opaque(OpenAiChatProvider.PROTOCOL, new RawJson(raw)));
    }

    /**
     * Returns the text of a node: its own text, the text of its elements, or the text of the first of these members that has
     * one.
     */
    private static String joined(JsonNode node, List<String> members) {
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isArray()) {
            StringBuilder all = new StringBuilder();
            node.forEach(element -> all.append(joined(element, members)));
            return all.toString();
        }
        return members.stream().filter(node::hasNonNull).map(member -> joined(node.path(member), members))
                .filter(text -> !text.isEmpty())
                .findFirst().orElse("");
    }

    /** Passes the whole reasoning on as a block, before the content that follows it. */
    void closeReasoning(ReplySink sink) {
        if (!reasoning.isEmpty()) {
            sink.block(new Content.Thinking(OpenAiChatProvider.PROTOCOL, reasoning.toString(), null));
            reasoning.setLength(0);
        }
    }

    /** Returns whether the reply has a refusal. */
    boolean isRefused() {
        return refused;
    }
}
