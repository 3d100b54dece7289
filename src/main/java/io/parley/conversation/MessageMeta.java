package io.parley.conversation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a message beside its content.
 *
 * @param turn the turn that it belongs to; null for an imported one
 * @param version 1 when written, one more with each edit
 * @param superseded whether a regenerate or an edit has put another branch in its place
 */
public record MessageMeta(MessageId id, @Nullable TurnId turn, MessageStatus status, TokenCount tokens,
        Instant createdAt, Instant updatedAt, long version, boolean superseded) {}
