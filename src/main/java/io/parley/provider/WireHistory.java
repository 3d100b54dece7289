package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.conversation.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a call as the strictest server of a protocol accepts them. Both sides speak in turn, and the user speaks
 * first and last. Tool calls and results come in pairs, under ids of Parley's own. There is no blank text, no block that is
 * bound to another provider, and no picture that the model does not accept. Only this class and its helpers decide what is
 * legal; a protocol writes the result down. The stored history stays as it is.
 *
 * @param entries two neighbours never have the same role
 * @param adaptations the differences from the stored history, in conversation order, each once
 */
public record WireHistory(List<Entry> entries, List<Adaptation> adaptations) {
    /** The place of a block that belongs to no message. */
    public static final int NOWHERE = -1;

    public WireHistory {
        entries = List.copyOf(entries);
        adaptations = List.copyOf(adaptations);
    }

    /** Arranges the messages of a call. */
    public static WireHistory of(List<Message> messages, WireRules rules) {
        return new Arranging(messages, rules).arranged();
    }

    /** Returns all pictures in their order, including those in the results of tools. */
    List<Picture> pictures() {
        List<Picture> pictures = new ArrayList<>();
        entries.forEach(entry -> entry.blocks().forEach(block -> block.collect(pictures)));
        return pictures;
    }

    /**
     * A picture.
     *
     * @param message the index of its message in the call
     */
    record Picture(int message, Content.Image image) {}

    /** Returns this history with each picture replaced by the result of a function, even in the results of tools. */
    public WireHistory withPictures(UnaryOperator<Content> pictures) {
        return new WireHistory(entries.stream().map(entry -> entry.with(pictures)).toList(), adaptations);
    }

    /**
     * Finds the message from which an element of the sent array comes.
     *
     * @param resultsApart whether each result of a tool is a message of its own in the array
     * @return the index in the messages of the call; null if there is no such element, or it comes from none of them
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
     * @param role {@code TOOL} only if results are messages of their own
     * @param blocks at least one; a tool message holds results only, in the order of their calls
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
     * One block as it is sent, and the place from which it comes. It holds the ids under which calls and results are sent.
     *
     * @param message the index of its message in the call, or {@link #NOWHERE}
     * @param position the index of the block in that message
     */
    public record Placed(Content content, int message, int position) {

        /** Returns whether the block is the result of a tool. */
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
