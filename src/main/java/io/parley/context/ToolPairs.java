package io.parley.context;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Leaves out tool calls that nobody answered and results that nobody asked for: every provider refuses a request with
 * either (OpenAI: "must be followed by tool messages"; Anthropic: one {@code tool_result} for each {@code tool_use}), or with
 * two results for one call: of those the last one counts, as it was sent to mend the ones before.
 */
final class ToolPairs {
    private ToolPairs() {
    }

    /** The history with calls and results in pairs; a message of which nothing is left is left out. */
    static List<Message> paired(List<Message> history) {
        List<Message> paired = new ArrayList<>(history.size());
        Map<String, Place> asked = Map.of();
        for (int i = 0; i < history.size(); i++) {
            switch (history.get(i)) {
                case Message.User user -> {
                    asked = Map.of();
                    paired.add(user);
                }
                case Message.Assistant assistant -> {
                    asked = answersAfter(history, i);
                    asked.keySet().retainAll(calls(assistant));
                    addIfAny(paired, assistant, withCalls(assistant.content(), asked.keySet()));
                }
                case Message.Tool tool -> addIfAny(paired, tool, results(tool.content(), i, asked));
            }
        }
        return paired;
    }

    private static Set<String> calls(Message.Assistant assistant) {
        Set<String> calls = new HashSet<>();
        for (Content block : assistant.content()) {
            if (block instanceof Content.ToolCall call) {
                calls.add(call.id());
            }
        }
        return calls;
    }

    private static Map<String, Place> answersAfter(List<Message> history, int assistant) {
        Map<String, Place> answers = new HashMap<>();
        for (int i = assistant + 1; i < history.size() && history.get(i) instanceof Message.Tool tool; i++) {
            for (int block = 0; block < tool.content().size(); block++) {
                if (tool.content().get(block) instanceof Content.ToolResult result) {
                    answers.put(result.callId(), new Place(i, block));
                }
            }
        }
        return answers;
    }

    private static List<Content> withCalls(List<Content> content, Set<String> answered) {
        if (areAnswered(content, answered)) {
            return content;
        }
        // Reasoning belongs to the calls that followed it: without them only what was said is left.
        return content.stream().filter(block -> switch (block) {
            case Content.ToolCall _ -> isAnswered(block, answered);
            case Content.Text _,Content.Refusal _,Content.Image _ -> true;
            case Content.Thinking _,Content.Opaque _,Content.ToolResult _ -> false;
        }).toList();
    }

    private static boolean areAnswered(List<Content> content, Set<String> answered) {
        for (Content block : content) {
            if (!isAnswered(block, answered)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAnswered(Content block, Set<String> answered) {
        return !(block instanceof Content.ToolCall call) || answered.contains(call.id());
    }

    private static List<Content> results(List<Content> content, int message, Map<String, Place> asked) {
        List<Content> results = new ArrayList<>(content.size());
        for (int block = 0; block < content.size(); block++) {
            Content next = content.get(block);
            if (!(next instanceof Content.ToolResult result)
                    || new Place(message, block).equals(asked.get(result.callId()))) {
                results.add(next);
            }
        }
        return results;
    }

    private static void addIfAny(List<Message> paired, Message message, List<Content> content) {
        if (!content.isEmpty()) {
            paired.add(content.size() == message.content().size() ? message : withContent(message, content));
        }
    }

    /** Where the result that counts for a call stands. */
    private record Place(int message, int block) {}

    private static Message withContent(Message message, List<Content> content) {
        return switch (message) {
            case Message.User user -> new Message.User(user.meta(), content);
            case Message.Assistant reply ->
                new Message.Assistant(reply.meta(), content, reply.model(), reply.finishReason());
            case Message.Tool tool -> new Message.Tool(tool.meta(), content);
        };
    }
}
