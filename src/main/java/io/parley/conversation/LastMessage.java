package io.parley.conversation;

import java.time.Instant;

/**
 * The newest message of a conversation, as far as a list shows it.
 *
 * @param text the beginning of its text, at most {@link #MOST_CHARACTERS}; empty if no text stands near the beginning of the
 *        stored message
 */
public record LastMessage(MessageId id, Role role, MessageStatus status, String text, Instant createdAt) {
    /** The most characters of the text, because a line of a list has no room for more. */
    public static final int MOST_CHARACTERS = 200;
}
