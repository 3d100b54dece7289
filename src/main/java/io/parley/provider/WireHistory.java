package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.conversation.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a call as the strictest server of a protocol takes them: both sides in turn, the user first and last, tool
 * calls and results in pairs under ids of our own, no blank text, no block that is bound to another provider, no picture that
 * the model does not take. This is the one place that knows what is legal; each protocol only writes it down. The stored
 * history stays as it is.
 *
 * @param entries never two of one role after each other
 * @param adaptations what is different from the history, in conversation order, each once
 */
public record WireHistory(List<Entry> entries, List<Adaptation> adaptations) {
    /** The place of a block that stands in no message. */
    public static final int NOWHERE = -1;

    public WireHistory {
        entries = List.copyOf(entries);
        adaptations = List.copyOf(adaptations);
    }

    /** Arranges the messages of a call. */
    public static WireHistory of(List<Message> messages, WireRules rules) {
        return new Arranging(messages, rules).arranged();
    }

    /** All pictures, those in tool results included, in their order. */
    List<Picture> pictures() {
        List<Picture> pictures = new ArrayList<>();
        entries.forEach(entry -> entry.blocks().forEach(block -> block.collect(pictures)));
        return pictures;
    }

    /**
     * A picture.
     *
     * @param message index of its message in the call
     */
    record Picture(int message, Content.Image image) {}

    /** The same with each picture as the operator gives it, those in tool results included, in their order. */
    public WireHistory withPictures(UnaryOperator<Content> pictures) {
        return new WireHistory(entries.stream().map(entry -> entry.with(pictures)).toList(), adaptations);
    }

    /**
     * Where the message at an index of the wire's array comes from.
     *
     * @param resultsApart whether each result of a tool is a message of the array
     * @return index in the messages of the call; null if there is no such message, or none of the call's
     */
    public @Nullable Integer origin(int index, boolean resultsApart) {
        int left = index;
        for (Entry entry : entries) {
            int messages = resultsApart && entry.role() == Role.TOOL ? entry.blocks().size() : 1;
            if (left < messages) {
                Placed block = entry.blocks().get(messages > 1 ? Math.max(0, left) : 0);
                return left < 0 || block.message() == NOWHERE ? null : Integer.valueOf(block.message());
            }
            left -= messages;
        }
        return null;
    }

    /**
     * One message as it is sent.
     *
     * @param role {@code TOOL} only where results are messages of their own
     * @param blocks at least one; of a tool message results only, in the order of their calls
     */
    public record Entry(Role role, List<Placed> blocks) {
        public Entry { blocks = List.copyOf(blocks); }

        private Entry with(UnaryOperator<Content> pictures) {
            return blocks.stream().anyMatch(Placed::holdsPicture)
                    ? new Entry(role, blocks.stream().map(block -> block.with(pictures)).toList())
                    : this;
        }
    }

    /**
     * One block as it is sent, and where it comes from. Ids of calls and results are those of the wire.
     *
     * @param message index of its message in the call, or {@link #NOWHERE}
     * @param position index of the block in that message
     */
    public record Placed(Content content, int message, int position) {

        /** Whether it is the result of a tool. */
        public boolean isResult() {
            return content instanceof Content.ToolResult;
        }

        private void collect(List<Picture> pictures) {
            List<Content> blocks = content instanceof Content.ToolResult result ? result.content() : List.of(content);
            for (Content block : blocks) {
                if (block instanceof Content.Image image) {
                    pictures.add(new Picture(message, image));
                }
            }
        }

        private boolean holdsPicture() {
            return content instanceof Content.Image || content instanceof Content.ToolResult result
                    && result.content().stream().anyMatch(Content.Image.class::isInstance);
        }

        private Placed with(UnaryOperator<Content> pictures) {
            return switch (content) {
                case Content.Image image -> new Placed(pictures.apply(image), message, position);
                case Content.ToolResult result -> new Placed(new Content.ToolResult(result.callId(),
                        result.content().stream().map(block -> block instanceof Content.Image ? pictures.apply(block) : block)
                                .toList(),
                        result.error()), message, position);
                case Content.Text _,Content.Refusal _,Content.ToolCall _,Content.Thinking _,Content.Opaque _ -> this;
            };
        }
    }
}
