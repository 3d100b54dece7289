package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.parley.provider.ErrorClass;
import io.parley.provider.ReplySink;
import io.parley.provider.WireJson;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One tool call whose fragments are still coming. */
final class ToolCallDraft {
    private static final String NOTHING = "{}";
    /** OpenAI's name for the arguments of a call, and the names that other servers give them. */
    static final List<String> ARGUMENTS = List.of("arguments", "parameters", "input");
    /** The members beside the arguments that hold nothing of a call. */
    private static final Set<String> BESIDE = Set.of("function", "description");
    private final int index;
    private String id = "";
    private String name = "";
    private final StringBuilder arguments = new StringBuilder();
    private ObjectEnd end = new ObjectEnd();

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

    /** Returns whether nothing of the call has come. */
    boolean isEmpty() {
        return id.isEmpty() && name.isEmpty() && arguments.isEmpty();
    }

    /** Returns the arguments as a JSON object; null if they are not an object. */
    @Nullable
    String arguments() {
        return WireJson.argumentsOrNull(arguments.toString());
    }

    /** Returns whether a fragment names a tool, as the first fragment of a call does. */
    static boolean isNamed(JsonNode fragment) {
        return !nameIn(fragment).isEmpty();
    }

    /**
     * Returns whether a fragment of the same id or index, or without both, belongs to this call. It belongs to a new call if it
     * names another tool, or the same tool under another id. It also belongs to a new call if it names the same tool and brings
     * more arguments after whole ones.
     */
    boolean isContinuedBy(JsonNode fragment) {
        String nextId = WireJson.textOrEmpty(fragment, "id");
        String nextName = nameIn(fragment);
        if (nextName.isEmpty() || name.isEmpty()) {
            return true;
        }
        boolean named = !nextId.isEmpty() && !id.isEmpty();
        return nextName.equals(name) && (!named || nextId.equals(id))
                && (!isWhole(named) || pieceOf(fragment).isBlank());
    }

    /**
     * Returns whether a fragment repeats this whole call, as some servers do at the end of the stream. Such a server may write
     * the same arguments differently, and may leave the id or the name empty.
     *
     * @param numbered whether the fragment states the number of this call
     */
    boolean isRepeatedBy(JsonNode fragment, boolean numbered) {
        String nextId = WireJson.textOrEmpty(fragment, "id");
        String nextName = nameIn(fragment);
        boolean sameId = nextId.isEmpty() ? numbered && (!id.isEmpty() || nextName.isEmpty()) : nextId.equals(id);
        boolean sameName = nextName.isEmpty() || nextName.equals(name);
        return sameId && sameName && end.isReached() && isSame(pieceOf(fragment));
    }

    private boolean isSame(String piece) {
        if (piece.contentEquals(arguments)) {
            return true;
        }
        JsonNode next = parsed(piece);
        return next.isObject() && next.equals(ToolCallDraft::compared, parsed(arguments.toString()));
    }

    private static JsonNode parsed(String text) {
        String object = text.isBlank() ? null : WireJson.argumentsOrNull(text);
        return object == null ? MissingNode.getInstance() : WireJson.parse(object);
    }

    /** Compares two nodes that are no containers. Numbers of the same value are equal, however many digits they have. */
    private static int compared(JsonNode one, JsonNode other) {
        boolean numbers = one.isNumber() && other.isNumber();
        boolean same = numbers ? one.decimalValue().compareTo(other.decimalValue()) == 0 : one.equals(other);
        return same ? 0 : 1;
    }

    /**
     * Returns whether the arguments are whole. Under the same id an empty object is not, because it may stand before the
     * pieces.
     */
    private boolean isWhole(boolean sameId) {
        return end.isReached() && !(sameId && NOTHING.contentEquals(arguments));
    }

    /**
     * Takes the next fragment.
     *
     * @throws io.parley.conversation.Failure.Provider if the fragment holds more of the call than is understood
     */
    void add(JsonNode fragment, ReplySink sink) {
        requireUnderstood(fragment);
        if (id.isEmpty()) {
            id = WireJson.textOrEmpty(fragment, "id");
            sink.kept(id);
        }
        if (name.isEmpty()) {
            name = nameIn(fragment);
            sink.hidden(name);
        }
        add(pieceOf(fragment), argumentsIn(fragment).isObject(), sink);
    }

    /**
     * Takes a piece of the arguments. Some servers send an object with all arguments at once, or an empty object before the
     * pieces.
     */
    private void add(String piece, boolean whole, ReplySink sink) {
        if (piece.isEmpty()) {
            return;
        }
        if (whole || NOTHING.contentEquals(arguments)) {
            arguments.setLength(0);
            end = new ObjectEnd();
        }
        arguments.append(piece);
        end.add(piece);
        sink.hidden(piece);
    }

    private static String pieceOf(JsonNode fragment) {
        JsonNode next = argumentsIn(fragment);
        if (next.isNull()) {
            return "";
        }
        return next.isContainerNode() || next.isNumber() || next.isBoolean() ? WireJson.write(next) : next.asText("");
    }

    /** Returns the first arguments that are not empty, else the first ones, else a missing node. */
    private static JsonNode argumentsIn(JsonNode fragment) {
        List<JsonNode> stated = Stream.of(function(fragment), fragment)
                .flatMap(holder -> ARGUMENTS.stream().map(holder::path))
                .filter(arguments -> !arguments.isMissingNode() && !arguments.isNull()).toList();
        return stated.stream().filter(arguments -> !isNothing(arguments)).findFirst()
                .orElseGet(() -> stated.isEmpty() ? MissingNode.getInstance() : stated.getFirst());
    }

    private static boolean isNothing(JsonNode arguments) {
        return arguments.isContainerNode() ? arguments.isEmpty() : arguments.asText("").isEmpty();
    }

    /** Fails if a fragment without arguments has content under an unknown name, because the tool would be called without it. */
    private static void requireUnderstood(JsonNode fragment) {
        boolean object = fragment.isObject() || fragment.isNull();
        boolean lost = isNothing(argumentsIn(fragment)) && function(fragment).properties().stream()
                .anyMatch(member -> !ARGUMENTS.contains(member.getKey()) && !BESIDE.contains(member.getKey())
                        && DeltaMembers.isUnknownContent(member));
        if (lost || (!object && !isNothing(fragment))) {
            throw ErrorClass.MODEL_OUTPUT_INVALID.failure();
        }
    }

    private static String nameIn(JsonNode fragment) {
        return WireJson.textOrEmpty(function(fragment), "name");
    }

    private static JsonNode function(JsonNode fragment) {
        return fragment.path("function").isObject() ? fragment.path("function") : fragment;
    }
}
