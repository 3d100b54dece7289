package io.parley.conversation;

import java.time.Instant;

/**
 * The newest message of a conversation, as far as a list shows it.
 *
 * @param text how its text begins, at most {@link #MOST_CHARACTERS} of it; empty if the text does not stand at its beginning
 */
public record LastMessage(MessageId id, Role role, MessageStatus status, String text, Instant createdAt) {
    /** As many characters as a line of a list has room for. */
    public static final int MOST_CHARACTERS = 200;
}
