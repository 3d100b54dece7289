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
import org.jspecify.annotations.Nullable;

/**
 * Joins the fragments of tool calls. OpenAI numbers the calls by {@code index}. Some servers leave the index out, or write 0
 * for every call. So a fragment belongs to the call with its id, else to the newest call of its index, else to the newest call.
 */
final class ToolCallDrafts {
    /** Stands for a missing index. */
    private static final int NO_INDEX = -1;
    private final List<ToolCallDraft> drafts = new ArrayList<>();

    /** Takes the {@code tool_calls} of one delta: a list, one call, or nothing. */
    void add(JsonNode fragments, ReplySink sink) {
        if (fragments.has("function")) {
            add(fragments, NO_INDEX, sink);
            return;
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

    /** Takes the {@code function_call} of one delta, which is the only call in OpenAI's older form, or nothing. */
    void addFunctionCall(JsonNode fragment, ReplySink sink) {
        if (fragment.isObject() && !fragment.isEmpty()) {
            add(fragment, NO_INDEX, sink);
        }
    }

    private void add(JsonNode fragment, int position, ReplySink sink) {
        draft(fragment, position).add(fragment, sink);
        if (drafts.size() > ReplySink.MOST_BLOCKS) {
            sink.overflow();
        }
    }

    private ToolCallDraft draft(JsonNode fragment, int position) {
        int index = fragment.path("index").asInt(position);
        return named(WireJson.textOrEmpty(fragment, "id"))
                .or(() -> newest(index).filter(draft -> draft.isContinuedBy(fragment)))
                .orElseGet(() -> begin(index == NO_INDEX ? drafts.size() : index));
    }

    private Optional<ToolCallDraft> named(String id) {
        return id.isEmpty() ? Optional.empty() : drafts.stream().filter(draft -> draft.id().equals(id)).findFirst();
    }

    private Optional<ToolCallDraft> newest(int index) {
        return drafts.reversed().stream().filter(draft -> index == NO_INDEX || draft.index() == index).findFirst();
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
        for (int place = 0; place < ordered.size(); place++) {
            ToolCallDraft draft = ordered.get(place);
            String arguments = draft.arguments();
            if (arguments != null && !draft.name().isEmpty() && (complete || draft.hasArguments())) {
                String id = draft.id().isEmpty() ? ReplySink.callId(responseId, place) : draft.id();
                sink.block(new Content.ToolCall(id, draft.name(), new RawJson(arguments)));
                any = true;
            } else if (complete) {
                throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
            }
        }
        return any;
    }
}
