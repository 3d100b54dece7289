package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.provider.ReplySink;
import io.parley.provider.WireJson;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One tool call while it grows. */
final class ToolCallDraft {
    private static final String NOTHING = "{}";
    private final int index;
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();

    /** A call in which nothing stands yet. */
    ToolCallDraft(int index) {
        this.index = index;
    }

    /** Where the call stands among those of the reply. */
    int index() {
        return index;
    }

    /** The provider's name of the call; empty if it has none. */
    String id() {
        return id;
    }

    /** The name of the tool; empty if it is not said. */
    String name() {
        return name;
    }

    /** Whether anything of the arguments has come. */
    boolean hasArguments() {
        return !arguments.isEmpty();
    }

    /** The arguments as a JSON object; null if they are none. */
    @Nullable
    String arguments() {
        return WireJson.argumentsOrNull(arguments.toString());
    }

    /**
     * Whether a fragment of the same index, or without one, goes on with this call. It begins a further call if it names a
     * tool under another id; without an id, if it names another tool, or the same one after whole arguments.
     */
    boolean isContinuedBy(JsonNode fragment) {
        String nextId = WireJson.textOrEmpty(fragment, "id");
        String nextName = WireJson.textOrEmpty(function(fragment), "name");
        if (nextName.isEmpty() || name.isEmpty()) {
            return true;
        }
        if (!nextId.isEmpty() && !id.isEmpty()) {
            return nextId.equals(id);
        }
        return nextName.equals(name) && !isWhole();
    }

    private boolean isWhole() {
        return !arguments.isEmpty() && arguments.charAt(arguments.length() - 1) == '}' && arguments() != null;
    }

    /** Takes the next fragment. */
    void add(JsonNode fragment, ReplySink sink) {
        JsonNode function = function(fragment);
        if (id.isEmpty()) {
            id = WireJson.textOrEmpty(fragment, "id");
            sink.kept(id);
        }
        if (name.isEmpty()) {
            name = WireJson.textOrEmpty(function, "name");
            sink.hidden(name);
        }
        add(function.path("arguments"), sink::hidden);
    }

    /** A server that has arguments as an object sends all of them at once, or an empty object before the pieces. */
    private void add(JsonNode next, Consumer<String> taken) {
        String piece = next.isContainerNode() || next.isNumber() || next.isBoolean() ? WireJson.write(next) : next.asText("");
        if (next.isNull() || piece.isEmpty()) {
            return;
        }
        if (next.isObject() || NOTHING.contentEquals(arguments)) {
            arguments.setLength(0);
        }
        arguments.append(piece);
        taken.accept(piece);
    }

    private static JsonNode function(JsonNode fragment) {
        return fragment.path("function").isObject() ? fragment.path("function") : fragment;
    }
}
