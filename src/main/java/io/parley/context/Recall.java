package io.parley.context;

import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Finds the older turns of a session that are like a text. */
interface Recall {

    /**
     * The most similar turns, the most similar one first; none where they cannot be found in time. Never fails.
     *
     * @param query what the user says now
     * @param before only turns that end before this message
     * @param topK how many at most
     */
    Uni<List<RecalledTurn>> find(SessionId session, String query, long before, int topK);

    /** The turns that were found before, as they stand now. Never fails. */
    Uni<List<RecalledTurn>> again(SessionId session, List<VectorIndex.Hit> turns);

    /** Whether nothing leaves this process to find them but questions to the store. */
    default boolean isLocal() {
        return true;
    }
}
