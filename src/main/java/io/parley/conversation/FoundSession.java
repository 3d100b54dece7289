package io.parley.conversation;

import org.jspecify.annotations.Nullable;

/**
 * A session that a search has found.
 *
 * @param session see {@link Session#forLists()}
 * @param hit where the text is; null if it is in the title
 */
public record FoundSession(Session session, @Nullable SearchHit hit) {}
