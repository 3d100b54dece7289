package io.parley.context;

import io.parley.conversation.Cost;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.SessionId;
import io.parley.conversation.Summary;
import io.parley.conversation.Usage;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps summaries. Port; {@code store} implements it. Every method fails with {@code Failure.NotFound} if the session is gone,
 * and with {@code Failure.Unavailable} if the store does not answer.
 */
public interface SummaryStore {

    /**
     * Claims the making of a summary, for some minutes, and reads what it is made from.
     *
     * @return empty if somebody else is making one, or if there is nothing to cover any more
     */
    Uni<Optional<Source>> plan(SessionId session, MessageId through);

    /**
     * Ends the making: counts what it has used, and stores the summary unless a message of the session was changed or removed
     * since its source was read.
     *
     * @param summary null where none came of it
     * @return whether it was stored
     */
    Uni<Boolean> add(SessionId session, MessageId through, Source source, @Nullable Summary summary, Usage usage,
            @Nullable Cost cost);

    /**
     * What a summary is made from.
     *
     * @param edits how often messages of the session had been changed or removed
     * @param before the summary that it goes on from, or null
     * @param messages what came after that one, up to the last message to be covered; bounded by bytes
     * @param claim names the making: under it, nothing is counted or stored twice
     */
    record Source(long edits, @Nullable Summary before, List<Message> messages, String claim) {
        public Source { messages = List.copyOf(messages); }

        /** The same with less to read. */
        Source with(List<Message> fewer) {
            return new Source(edits, before, fewer, claim);
        }
    }
}
