package io.parley.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One stored message of a session. */
public sealed interface Message {

    /** What every message has. */
    MessageMeta meta();

    /** The blocks in order; never empty. */
    List<Content> content();

    /** Who speaks. */
    default Role role() {
        return switch (this) {
            case User _ -> Role.USER;
            case Assistant _ -> Role.ASSISTANT;
            case Tool _ -> Role.TOOL;
        };
    }

    /** Returns this message with other content. */
    default Message withContent(List<Content> changed) {
        return switch (this) {
            case User user -> new User(user.meta, changed);
            case Assistant reply -> new Assistant(reply.meta, changed, reply.model, reply.finishReason);
            case Tool tool -> new Tool(tool.meta, changed);
        };
    }

    /** Its name within the session. */
    default MessageId id() {
        return meta().id();
    }

    /** Said by the user. */
    record User(MessageMeta meta, List<Content> content) implements Message {
        public User { content = List.copyOf(content); }
    }

    /**
     * Said by the model, or imported as such.
     *
     * @param model the catalogue name of the model that spoke, if one did
     * @param finishReason why it stopped, if it was asked
     */
    record Assistant(MessageMeta meta, List<Content> content, @Nullable String model,
            @Nullable FinishReason finishReason) implements Message {
        public Assistant { content = List.copyOf(content); }
    }

    /** Results of tools; every block is a {@link Content.ToolResult}. */
    record Tool(MessageMeta meta, List<Content> content) implements Message {
        public Tool { content = List.copyOf(content); }
    }
}
