package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.provider.ReplySink;
import io.parley.provider.WireJson;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One tool call whose fragments are still coming. */
final class ToolCallDraft {
    private static final String NOTHING = "{}";
    private final int index;
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();

    /** Creates an empty call. */
    ToolCallDraft(int index) {
        this.index = index;
    }

    /** Returns the place of the call among the calls of the reply. */
    int index() {
        return index;
    }

    /** Returns the provider's id of the call; empty if it has none. */
    String id() {
        return id;
    }

    /** Returns the name of the tool; empty if it has not come yet. */
    String name() {
        return name;
    }

    /** Returns whether a part of the arguments has come. */
    boolean hasArguments() {
        return !arguments.isEmpty();
    }

    /** Returns the arguments as a JSON object; null if they are not an object. */
    @Nullable
    String arguments() {
        return WireJson.argumentsOrNull(arguments.toString());
    }

    /**
     * Returns whether a fragment of the same index, or without an index, belongs to this call. It belongs to a new call if it
     * names a tool under another id. If one of them has no id, it belongs to a new call if it names another tool, or the same
     * tool after the arguments are whole.
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

    /**
     * Takes a piece of the arguments. Some servers send an object with all arguments at once, or an empty object before the
     * pieces.
     */
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
