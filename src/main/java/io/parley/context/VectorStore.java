package io.parley.context;

import io.parley.conversation.Cost;
import io.parley.conversation.Message;
import io.parley.conversation.SessionId;
import io.parley.conversation.Usage;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what older turns are found by. Port; {@code store} implements it. Every method fails with {@code Failure.NotFound}
 * if the session is gone, and with {@code Failure.Unavailable} if the store does not answer.
 */
public interface VectorStore {

    /**
     * Claims the embedding of turns that have no vectors in a space yet, for some minutes, and reads them. The newest turn,
     * which may still grow, waits for the next one.
     *
     * @return empty if there are none, or if somebody else is at it; without messages, and without a claim, where many were
     *         looked at that have some and there are more behind
     */
    Uni<Optional<Todo>> todo(SessionId session, String space);

    /**
     * Ends the embedding: counts what it has used, and stores the vectors unless a message of the session was changed or
     * removed meanwhile. Of more than {@link VectorIndex#DEFAULT_TURNS} turns the oldest are forgotten. Without vectors the
     * claim is given up, and what lies up to {@link Todo#through} is dealt with.
     */
    Uni<Void> add(SessionId session, Todo todo, String space, List<TurnVectors> vectors, Usage usage, @Nullable Cost cost);

    /**
     * The vectors of a space that a reader does not know yet.
     *
     * @param after the last message up to which it knows them
     * @param edits as of its last reading, or null if it knows none
     */
    Uni<Part> read(SessionId session, String space, long after, @Nullable Long edits);

    /** Counts what looking for turns has used: it is paid for beside the turn. */
    Uni<Void> spent(SessionId session, Usage usage, Cost cost);

    /** The messages of turns, as far as they are part of the conversation, in the order of the turns. */
    Uni<List<Message>> pick(SessionId session, List<VectorIndex.Hit> turns);

    /**
     * Turns to be embedded.
     *
     * @param edits how often messages of the session had been changed or removed
     * @param through the last message dealt with once they are
     * @param more whether there are further ones
     * @param messages of whole turns, in conversation order; of a very long one only the beginning
     * @param claim names the embedding: under it, nothing is counted or stored twice
     */
    record Todo(long edits, long through, boolean more, List<Message> messages, String claim) {
        public Todo { messages = List.copyOf(messages); }

        /** The same, if only what ends before a message has been dealt with. */
        Todo before(long message) {
            return new Todo(edits, message - 1, more, messages, claim);
        }
    }

    /**
     * A part of a session's vectors, in conversation order.
     *
     * @param edits another number than before: the part begins at the start, and what was known is outdated
     * @param more whether there are further ones
     * @param through up to which message vectors have been read
     */
    record Part(long edits, boolean more, long through, List<TurnVectors> vectors) {
        public Part { vectors = List.copyOf(vectors); }
    }
}
