package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.Message;
import io.parley.provider.CallPairs;
import java.util.ArrayList;
import java.util.List;

/** Finds the tool calls of a reply that an input of tool results leaves unanswered. */
final class MissingResults {
    private MissingResults() {
    }

    /**
     * Returns the provider's ids of the unanswered calls, in their order.
     *
     * @param history ends with the input, which is said at the end of the conversation
     * @return empty if the input is no tool result, if it answers no call of the last reply, or if that reply was not read
     */
    static List<String> of(List<Message> history) {
        if (history.isEmpty() || !(history.getLast() instanceof Message.Tool)) {
            return List.of();
        }
        List<Message> tail = tail(history);
        CallPairs pairs = CallPairs.of(tail);
        boolean answers = holdsPair(pairs, tail.getLast(), tail.size() - 1);
        return !answers || pairs.isWhole(0) ? List.of() : unanswered(tail.getFirst().content(), pairs);
    }

    /** Returns the failure that names the unanswered calls. */
    static Failure refusal(List<String> missing) {
        return new Failure.Invalid("/content", "must hold a result of each tool call that the last reply makes; results are "
                + "missing for " + String.join(", ", missing));
    }

    /** Returns the end of the history, from the last reply on. */
    private static List<Message> tail(List<Message> history) {
        int from = history.size() - 1;
        while (from > 0 && history.get(from) instanceof Message.Tool) {
            from--;
        }
        return history.subList(from, history.size());
    }

    private static boolean holdsPair(CallPairs pairs, Message message, int index) {
        for (int block = 0; block < message.content().size(); block++) {
            if (pairs.idAt(index, block) != null) {
                return true;
            }
        }
        return false;
    }

    private static List<String> unanswered(List<Content> content, CallPairs pairs) {
        List<String> missing = new ArrayList<>();
        for (int block = 0; block < content.size(); block++) {
            if (content.get(block) instanceof Content.ToolCall call && pairs.idAt(0, block) == null) {
                missing.add(call.id());
            }
        }
        return missing;
    }
}
