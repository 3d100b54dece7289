package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Content;
import io.parley.conversation.RawJson;
import io.parley.provider.ErrorClass;
import io.parley.provider.ReplySink;
import io.parley.provider.WireJson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Joins the fragments of tool calls. OpenAI numbers the calls by {@code index}. Some servers leave the index out, write 0 for
 * every call, or give several calls the same id. So a fragment belongs to the call with its id and index, else to the newest
 * call with its id or its index. But a fragment that names a tool may begin a new call.
 */
final class ToolCallDrafts {
    /** Stands for a missing index. */
    private static final int NO_INDEX = -1;
    /** Matches the texts that mean that there is no call. Some servers repeat the request's choice of a function. */
    private static final Pattern NOTHING = Pattern.compile("\\s*(null|none|auto|\\[\\s*]|\\{\\s*})?\\s*",
            Pattern.CASE_INSENSITIVE);
    private final List<ToolCallDraft> drafts = new ArrayList<>();

    /**
     * Takes the {@code tool_calls} of one delta, or its {@code function_call}, which is the only call in OpenAI's older form: a
     * list, an object whose members are the calls, one call, or nothing.
     *
     * @throws io.parley.conversation.Failure.Provider if they hold more than is understood
     */
    void add(JsonNode fragments, ReplySink sink) {
        if (isCall(fragments)) {
            add(fragments, NO_INDEX, sink);
            return;
        }
        if (fragments.isTextual() && !NOTHING.matcher(fragments.textValue()).matches()) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
        int position = 0;
        for (JsonNode fragment : fragments) {
            if (drafts.size() > ReplySink.MOST_BLOCKS) {
                return;
            }
            add(fragment, fragments.size() > 1 ? position : NO_INDEX, sink);
            position++;
        }
    }

    /** Returns whether an object is one call. The members of an object of calls are objects without exception. */
    private static boolean isCall(JsonNode fragments) {
        return fragments.has("function")
                || (fragments.isObject() && !fragments.valueStream().allMatch(JsonNode::isObject))
                || (fragments.isObject() && ToolCallDraft.ARGUMENTS.stream().anyMatch(fragments::has));
    }

    private void add(JsonNode fragment, int position, ReplySink sink) {
        int index = fragment.path("index").asInt(position);
        boolean numbered = fragment.hasNonNull("index");
        if (drafts.stream().anyMatch(draft -> isOf(draft, index) && draft.isRepeatedBy(fragment, numbered))) {
            return;
        }
        draft(fragment, index).add(fragment, sink);
        if (drafts.size() > ReplySink.MOST_BLOCKS) {
            sink.overflow();
        }
    }

    private ToolCallDraft draft(JsonNode fragment, int index) {
        String id = WireJson.textOrEmpty(fragment, "id");
        return newest(draft -> isNamed(draft, id) && isOf(draft, index))
                .or(() -> newest(draft -> isNamed(draft, id) && !ToolCallDraft.isNamed(fragment)))
                .or(() -> newest(draft -> isOf(draft, index)))
                .filter(draft -> draft.isContinuedBy(fragment))
                .orElseGet(() -> begin(index == NO_INDEX ? drafts.size() : index));
    }

    /** Returns whether a call has begun. */
    boolean isAny() {
        return !drafts.isEmpty();
    }

    private static boolean isNamed(ToolCallDraft draft, String id) {
        return !id.isEmpty() && draft.id().equals(id);
    }

    private static boolean isOf(ToolCallDraft draft, int index) {
        return index == NO_INDEX || draft.index() == index;
    }

    private Optional<ToolCallDraft> newest(Predicate<ToolCallDraft> wanted) {
        return drafts.reversed().stream().filter(wanted).findFirst();
    }

    private ToolCallDraft begin(int index) {
        ToolCallDraft draft = new ToolCallDraft(index);
        drafts.add(draft);
        return draft;
    }

    /**
     * Gives on the calls.
     *
     * @param complete false if the reply was cut: then a call that broke off is left out, else it is an error
     * @return whether there is any
     */
    boolean finish(boolean complete, @Nullable String responseId, ReplySink sink) {
        boolean any = false;
        List<ToolCallDraft> ordered = drafts.stream().sorted(Comparator.comparingInt(ToolCallDraft::index)).toList();
        for (ToolCallDraft draft : ordered) {
            String arguments = draft.arguments();
            if (arguments != null && !draft.name().isEmpty() && (complete || draft.hasArguments())) {
                sink.block(new Content.ToolCall(sink.callId(draft.id(), responseId), draft.name(), new RawJson(arguments)));
                any = true;
            } else if (draft.isEmpty()) {
                sink.notUnderstood();
            } else if (complete) {
                throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
            }
        }
        return any;
    }
}
