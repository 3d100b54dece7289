package io.parley.conversation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a message beside its content.
 *
 * @param turn the turn that it belongs to; null for an imported one
 * @param version 1 when written, one more with each edit
 * @param superseded whether another branch stands in its place, after a regenerate, an edit or a choice
 * @param parent the nearest message before it that is still stored; null for a first message, and where a read
 *        leaves it out
 */
public record MessageMeta(MessageId id, @Nullable TurnId turn, MessageStatus status, TokenCount tokens,
        Instant createdAt, Instant updatedAt, long version, boolean superseded, @Nullable MessageId parent) {

    /** A message without its place in the tree of versions. */
    public MessageMeta(MessageId id, @Nullable TurnId turn, MessageStatus status, TokenCount tokens, Instant createdAt,
            Instant updatedAt, long version, boolean superseded) {
        this(id, turn, status, tokens, createdAt, updatedAt, version, superseded, null);
    }
}
