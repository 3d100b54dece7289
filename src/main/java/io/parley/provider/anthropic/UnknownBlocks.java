package io.parley.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.provider.ErrorClass;
import io.parley.provider.WireJson;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Decides about blocks and pieces of types that Parley does not read. The types that Anthropic documents hold no part of the
 * answer. Any other type may hold text or a call, and the reply would then miss a part.
 */
final class UnknownBlocks {
    private static final Pattern REASONING = Pattern.compile("think|thought|reason");
    /** Anthropic's servers work with these blocks during the reply. */
    private static final Set<String> SERVER_BLOCKS = Set.of("server_tool_use", "mcp_tool_use", "container_upload");
    private static final Set<String> SILENT_BLOCKS = Set.of("redacted_thinking", "compaction", "tool_use");
    private static final String[] TEXT = { "text", "content", "value" };
    private static final String PIECE = "_delta";

    private UnknownBlocks() {
    }

    /** Returns whether a block of this type shows work of the provider's own servers. */
    static boolean isServerWork(String type) {
        return SERVER_BLOCKS.contains(type) || type.endsWith("_tool_result");
    }

    /** Returns whether the name of a type speaks of reasoning, which is no part of the answer. */
    static boolean isReasoning(String type) {
        return REASONING.matcher(type).find();
    }

    /**
     * Fails if a block holds text or a call that Parley would leave out.
     *
     * @throws io.parley.conversation.Failure.Provider if the reply would miss a part
     */
    static void requireNoAnswer(String type, JsonNode block) {
        boolean documented = isServerWork(type) || SILENT_BLOCKS.contains(type);
        boolean call = type.contains("tool") || type.contains("function");
        if (!documented && !isReasoning(type) && (call || hasText(block))) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
    }

    /**
     * Fails if a piece of an unknown kind holds text.
     *
     * @param type the type of the block to which the piece belongs; empty if it is not known
     * @throws io.parley.conversation.Failure.Provider if the reply would miss a part
     */
    static void requireNoText(String type, JsonNode delta) {
        if (!isReasoning(WireJson.textOrEmpty(delta, "type")) && hasText(delta)) {
            requireNoAnswer(type, delta);
        }
    }

    /**
     * Returns whether a block or a piece holds text. Anthropic names the content of a piece after its kind, as in
     * {@code "type":"text_delta","text":"..."}, so that member is looked at too.
     */
    static boolean hasText(JsonNode holder) {
        String kind = WireJson.textOrEmpty(holder, "type");
        String named = kind.endsWith(PIECE) ? kind.substring(0, kind.length() - PIECE.length()) : "text";
        return Stream.concat(Stream.of(TEXT), Stream.of(named)).map(holder::path).anyMatch(UnknownBlocks::isText);
    }

    private static boolean isText(JsonNode node) {
        if (node.isArray()) {
            return node.valueStream().anyMatch(UnknownBlocks::isText);
        }
        return node.isObject() ? hasText(node) : node.isTextual() && !node.textValue().isEmpty();
    }
}
