package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Content;
import io.parley.conversation.RawJson;
import io.parley.provider.ErrorClass;
import io.parley.provider.ReplySink;
import io.parley.provider.WireJson;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Joins the fragments of tool calls by their index. */
final class ToolCallDrafts {
    private final Map<Integer, Draft> drafts = new TreeMap<>();

    /** Takes the {@code tool_calls} of one delta, missing or not. */
    void add(JsonNode fragments, ReplySink sink) {
        int position = 0;
        for (JsonNode fragment : fragments) {
            draft(fragment, position++).add(fragment, sink);
            if (drafts.size() > ReplySink.MOST_BLOCKS) {
                sink.overflow();
                return;
            }
        }
    }

    /** Some servers send no index: then the position counts, and another id is another call. */
    private Draft draft(JsonNode fragment, int position) {
        int index = fragment.path("index").asInt(position);
        String id = WireJson.textOrEmpty(fragment, "id");
        Draft known = drafts.get(index);
        if (!fragment.hasNonNull("index") && known != null && !id.isEmpty() && !known.id.equals(id)) {
            index = drafts.size();
        }
        return drafts.computeIfAbsent(index, _ -> new Draft());
    }

    /**
     * Gives on the calls.
     *
     * @param complete false if the reply was cut: then a call that broke off is left out, else it is an error
     * @return whether there is any
     */
    boolean finish(boolean complete, @Nullable String responseId, ReplySink sink) {
        boolean any = false;
        for (Map.Entry<Integer, Draft> entry : drafts.entrySet()) {
            Draft draft = entry.getValue();
            String arguments = WireJson.argumentsOrNull(draft.arguments.toString());
            boolean cut = !complete && draft.arguments.isEmpty();
            if (arguments != null && !draft.name.isEmpty() && !cut) {
                String id = draft.id.isEmpty() ? "call_" + responseId + "_" + entry.getKey() : draft.id;
                sink.block(new Content.ToolCall(id, draft.name, new RawJson(arguments)));
                any = true;
            } else if (complete) {
                throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
            }
        }
        return any;
    }

    private static final class Draft {
        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();

        void add(JsonNode fragment, ReplySink sink) {
            JsonNode function = fragment.path("function");
            String fragmentId = WireJson.textOrEmpty(fragment, "id");
            String fragmentName = WireJson.textOrEmpty(function, "name");
            String fragmentArguments = function.path("arguments").isObject() ? WireJson.write(function.path("arguments"))
                    : WireJson.textOrEmpty(function, "arguments");
            if (!fragmentId.isEmpty() && !fragmentId.equals(id)) {
                id = fragmentId;
                sink.kept(id);
            }
            name = fragmentName.isEmpty() ? name : fragmentName;
            arguments.append(fragmentArguments);
            sink.hidden(fragmentName);
            sink.hidden(fragmentArguments);
        }
    }
}
