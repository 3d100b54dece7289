package io.parley.context;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.provider.CallPairs;
import java.util.ArrayList;
import java.util.List;

/** Leaves out tool calls without a result and results without a call, because every provider refuses both. */
final class ToolPairs {
    private ToolPairs() {
    }

    /** The history with calls and results in pairs; a message of which nothing is left is left out. */
    static List<Message> paired(List<Message> history) {
        CallPairs pairs = CallPairs.of(history);
        List<Message> paired = new ArrayList<>(history.size());
        for (int i = 0; i < history.size(); i++) {
            Message message = history.get(i);
            List<Content> content = switch (message) {
                case Message.User user -> user.content();
                case Message.Assistant reply -> pairs.isWhole(i) ? reply.content() : kept(reply.content(), i, pairs);
                case Message.Tool tool -> kept(tool.content(), i, pairs);
            };
            if (!content.isEmpty()) {
                paired.add(content.size() == message.content().size() ? message : message.withContent(content));
            }
        }
        return paired;
    }

    private static List<Content> kept(List<Content> content, int message, CallPairs pairs) {
        List<Content> kept = new ArrayList<>(content.size());
        for (int block = 0; block < content.size(); block++) {
            boolean keep = switch (content.get(block)) {
                case Content.ToolCall _,Content.ToolResult _ -> pairs.idAt(message, block) != null;
                case Content.Text _,Content.Refusal _,Content.Image _ -> true;
                // Reasoning belongs to the calls after it, so it is left out together with them.
                case Content.Thinking _,Content.Opaque _ -> false;
            };
            if (keep) {
                kept.add(content.get(block));
            }
        }
        return kept;
    }
}
