package io.parley.provider.anthropic;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.conversation.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages as Messages wants them: roles alternate, results of tools come first, texts hold more than white space, blocks
 * of other providers are left out, and a message of which nothing is left does not exist.
 */
record Arrangement(List<Entry> entries) {
    private static final String NO_TEXT = "(no text)";

    /** Arranges the messages of a call. */
    static Arrangement of(List<Message> messages) {
        List<Entry> entries = new ArrayList<>();
        List<Placed> collected = new ArrayList<>();
        boolean ofAssistant = false;
        for (int i = 0; i < messages.size(); i++) {
            boolean byAssistant = messages.get(i).role() == Role.ASSISTANT;
            List<Placed> legal = legal(messages.get(i), i);
            if (!legal.isEmpty() && byAssistant != ofAssistant) {
                close(ofAssistant, collected, entries);
                ofAssistant = byAssistant;
            }
            collected.addAll(legal);
        }
        close(ofAssistant, collected, entries);
        return new Arrangement(entries);
    }

    /** Blank text is refused; a user message of nothing else is sent as such, so that the roles still alternate. */
    private static List<Placed> legal(Message message, int index) {
        List<Content> content = message.content();
        List<Placed> legal = new ArrayList<>(content.size());
        for (int i = 0; i < content.size(); i++) {
            if (isLegal(content.get(i))) {
                legal.add(new Placed(content.get(i), index, i));
            }
        }
        return legal.isEmpty() && message.role() == Role.USER ? List.of(new Placed(new Content.Text(NO_TEXT), index, 0))
                : legal;
    }

    /** Whether a block can be sent at all. */
    static boolean isLegal(Content block) {
        return switch (block) {
            case Content.Text text -> !text.text().isBlank();
            case Content.Refusal refusal -> !refusal.text().isBlank();
            case Content.Thinking thinking -> thinking.provider().equals(AnthropicProvider.PROTOCOL)
                    && thinking.signature() != null;
            case Content.Opaque opaque -> opaque.provider().equals(AnthropicProvider.PROTOCOL);
            case Content.Image _,Content.ToolCall _,Content.ToolResult _ -> true;
        };
    }

    private static void close(boolean ofAssistant, List<Placed> collected, List<Entry> entries) {
        if (collected.isEmpty()) {
            return;
        }
        List<Placed> ordered = new ArrayList<>(collected.size());
        collected.stream().filter(Placed::isResult).forEach(ordered::add);
        collected.stream().filter(block -> !block.isResult()).forEach(ordered::add);
        entries.add(new Entry(ofAssistant ? "assistant" : "user", ordered));
        collected.clear();
    }

    /** One message as it is sent. */
    record Entry(String role, List<Placed> blocks) {}

    /**
     * One block as it is sent, and where it comes from.
     *
     * @param message index of its message in the call
     * @param position index of the block in that message
     */
    record Placed(Content content, int message, int position) {

        private boolean isResult() {
            return content instanceof Content.ToolResult;
        }

        /** Whether it may carry a mark: Anthropic refuses one on thinking, and what is sent as it came stays as it is. */
        boolean isMarkable() {
            return switch (content) {
                case Content.Thinking _,Content.Opaque _ -> false;
                case Content.Text _,Content.Refusal _,Content.Image _,Content.ToolCall _,Content.ToolResult _ -> true;
            };
        }
    }
}
