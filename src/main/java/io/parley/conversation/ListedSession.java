package io.parley.conversation;

import org.jspecify.annotations.Nullable;

/**
 * A session in a list.
 *
 * @param session see {@link Session#forLists()}
 * @param lastMessage null if the conversation has no message, or its newest one cannot be read
 * @param hit where the text is that was searched for; null if it is in the title, or no text was
 */
public record ListedSession(Session session, @Nullable LastMessage lastMessage, @Nullable SearchHit hit) {}
