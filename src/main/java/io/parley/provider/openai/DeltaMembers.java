package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.parley.provider.ErrorClass;
import io.parley.provider.ReplySink;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The members of a delta or a message, by their names: those that are read, those that only label it, and the others. */
final class DeltaMembers {
    /** The members of a delta that are read, and the members that hold no content. */
    private static final Set<String> KNOWN = Set.of("content", "refusal", "reasoning", "reasoning_content", "reasoning_text",
            "thinking", "reasoning_details", "tool_calls", "function_call", "role", "name", "id", "type", "phase", "model",
            "usage",
            "tool_call_id", "annotations", "citations", "logprobs", "obfuscation", "token_ids", "thinking_blocks",
            "provider_specific_fields", "extra_content", "signature", "channel", "recipient", "status", "thought_signature",
            "reasoning_signature", "reasoning_opaque");
    /**
     * Matches the name of a member that labels a delta, such as the channel of a gpt-oss model, and holds nothing of the reply.
     * The last word of the name decides.
     */
    private static final Pattern LABEL = Pattern.compile("(?:.*_)?(?:id|ids|type|role|name|channel|recipient|status|state|phase"
            + "|stage|model|format|language|signature|logprobs|annotations|citations|metadata|usage|fingerprint)");
    private static final Pattern WORD_BEGINS = Pattern.compile("(?<=[a-z])(?=[A-Z])");
    /** Names for tool calls that OpenAI does not use, in lower case and without underscores. */
    private static final Set<String> CALLS = Set.of("toolcall", "toolcalls", "functioncalls", "tooluse", "tooluses");
    /** The members for reasoning. Several servers write the same reasoning into two of them. */
    private static final List<String> REASONING = List.of("reasoning", "reasoning_content", "reasoning_text", "thinking",
            "reasoning_details");

    private DeltaMembers() {
    }

    /** Notes or refuses content under unknown names, because none of it may get lost unnoticed. */
    static void judgeUnknown(JsonNode delta, ReplySink sink) {
        delta.properties().stream()
                .filter(member -> !KNOWN.contains(member.getKey()) && isContent(member.getValue()))
                .forEach(member -> unknown(member.getKey(), sink));
    }

    private static void unknown(String member, ReplySink sink) {
        if (CALLS.contains(words(member).replace("_", ""))) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        if (!isLabel(member)) {
            sink.notUnderstood();
        }
    }

    private static boolean isLabel(String member) {
        return LABEL.matcher(words(member)).matches();
    }

    private static String words(String member) {
        return WORD_BEGINS.matcher(member).replaceAll("_").toLowerCase(Locale.ROOT);
    }

    /** Returns whether a member has a text, a list or an object under a name that is neither known nor that of a label. */
    static boolean isUnknownContent(Map.Entry<String, JsonNode> member) {
        return !KNOWN.contains(member.getKey()) && !isLabel(member.getKey()) && isContent(member.getValue());
    }

    /** Returns whether a member has a text, a list or an object that is not empty. */
    static boolean isContent(JsonNode member) {
        return (member.isTextual() || member.isContainerNode()) && isSaid(member);
    }

    /** Returns the reasoning of a delta or a message, whatever its name; a missing node if there is none. */
    static JsonNode reasoning(JsonNode delta) {
        for (String name : REASONING) {
            if (isContent(delta.path(name))) {
                return delta.path(name);
            }
        }
        return MissingNode.getInstance();
    }

    /** Returns whether a member has a value. Some servers send an empty value where others leave the member out. */
    static boolean isSaid(JsonNode member) {
        return switch (member.getNodeType()) {
            case MISSING, NULL -> false;
            case BOOLEAN -> member.booleanValue();
            case STRING -> !member.textValue().isEmpty();
            case ARRAY, OBJECT -> !member.isEmpty();
            case BINARY, NUMBER, POJO -> true;
        };
    }
}
