package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.Usage;
import io.parley.stream.TurnEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The reply of a running turn as it grows. Bounded by the provider side's limit on a reply. Not thread-safe. */
final class ReplyDraft {
    private final List<Content> blocks = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private boolean refusing;
    private boolean silent = true;
    private @Nullable Usage usage;
    private ReplyEvent.@Nullable Finished finished;

    /** Takes what the provider said; gives what listeners are told of it, or null if nothing. */
    @Nullable
    TurnEvent add(ReplyEvent event) {
        silent = silent && (event instanceof ReplyEvent.Used || event instanceof ReplyEvent.Finished);
        return switch (event) {
            case ReplyEvent.Text(String piece) -> speak(false, piece);
            case ReplyEvent.Refusal(String piece) -> speak(true, piece);
            case ReplyEvent.Thinking(String piece) -> new TurnEvent.Thinking(piece);
            case ReplyEvent.Block(Content content) -> block(content);
            case ReplyEvent.Used(Usage used) -> {
                usage = used;
                yield null;
            }
            case ReplyEvent.Finished end -> {
                finished = end;
                usage = end.usage() == null ? usage : end.usage();
                yield null;
            }
        };
    }

    private TurnEvent speak(boolean refusal, String piece) {
        if (refusal != refusing) {
            closeText();
            refusing = refusal;
        }
        text.append(piece);
        return new TurnEvent.Delta(piece);
    }

    private @Nullable TurnEvent block(Content content) {
        closeText();
        blocks.add(content);
        // Reasoning was told piece by piece, and what only its provider understands is nobody else's to see.
        return content instanceof Content.Thinking || content instanceof Content.Opaque ? null
                : new TurnEvent.Block(content);
    }

    private void closeText() {
        if (!text.isEmpty()) {
            blocks.add(refusing ? new Content.Refusal(text.toString()) : new Content.Text(text.toString()));
            text.setLength(0);
        }
    }

    /** The blocks so far, for storing; empty if nothing was said that a person or a tool could use. */
    List<Content> content() {
        closeText();
        boolean said = blocks.stream()
                .anyMatch(block -> !(block instanceof Content.Thinking || block instanceof Content.Opaque));
        return said ? List.copyOf(blocks) : List.of();
    }

    /** Whether nothing came at all, not even reasoning. */
    boolean isSilent() {
        return silent;
    }

    /** What the provider last said of its usage. */
    @Nullable
    Usage usage() {
        return usage;
    }

    /** Returns whether the provider has reported the usage of the whole reply. */
    boolean isCounted() {
        return finished != null && finished.usage() != null;
    }

    /** The provider's signal that the reply is whole, if it came. */
    ReplyEvent.@Nullable Finished finished() {
        return finished;
    }
}
