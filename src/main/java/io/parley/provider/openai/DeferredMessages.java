package io.parley.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.provider.ReplySink;
import io.parley.provider.WireJson;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages that a server sends beside its deltas. They are read at the end of a stream whose deltas held nothing. Each
 * message either repeats all that the messages before it said, or continues it.
 */
final class DeferredMessages {
    private final List<JsonNode> messages = new ArrayList<>();
    private final StringBuilder content = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private String call = "";

    /** Returns whether no message has come. */
    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Takes the next message. Its bytes count against the limit of the reply until {@link #take}. */
    void add(JsonNode message, ReplySink sink) {
        if (isWholeSoFar(message)) {
            forget(sink);
        }
        messages.add(message);
        content.append(text(message.path("content")));
        reasoning.append(text(DeltaMembers.reasoning(message)));
        call = call.isEmpty() ? call(message) : call;
        sink.kept(WireJson.write(message));
    }

    private boolean isWholeSoFar(JsonNode message) {
        return text(message.path("content")).startsWith(content.toString())
                && text(DeltaMembers.reasoning(message)).startsWith(reasoning.toString())
                && (call.isEmpty() || call.equals(call(message)));
    }

    /** Returns the id and the name of the first call; empty if the message has no call. */
    private static String call(JsonNode message) {
        JsonNode calls = message.path("tool_calls");
        JsonNode first = calls.isArray() ? calls.path(0) : message.path("function_call");
        return first.isObject() ? WireJson.textOrEmpty(first, "id") + " "
                + WireJson.textOrEmpty(first.path("function").isObject() ? first.path("function") : first, "name") : "";
    }

    private static String text(JsonNode said) {
        return said.isContainerNode() ? WireJson.write(said) : said.asText("");
    }

    /** Returns the messages and forgets them. */
    List<JsonNode> take(ReplySink sink) {
        List<JsonNode> taken = List.copyOf(messages);
        forget(sink);
        return taken;
    }

    private void forget(ReplySink sink) {
        messages.forEach(message -> sink.released(WireJson.write(message)));
        messages.clear();
        content.setLength(0);
        reasoning.setLength(0);
        call = "";
    }
}
