package io.parley.conversation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One input and the reply to it.
 *
 * @param epoch the session's count of turns opened or taken over; fences whoever held an older one
 * @param userMessage the input that is answered
 * @param reply where the reply is or will be: its number is reserved when the turn opens
 * @param replyStored whether the reply was stored; false while it runs and where nothing was said
 * @param model catalogue name of the model that answers
 * @param problem why it failed, for {@code FAILED} and {@code INTERRUPTED}
 * @param metadata a JSON object of the client's own
 * @param context what was sent, once the turn is over; null where it did not come to that
 */
public record Turn(TurnId id, SessionId session, TurnState state, long epoch, MessageId userMessage, MessageId reply,
        boolean replyStored, @Nullable String model, @Nullable FinishReason finishReason, @Nullable Usage usage,
        @Nullable Cost cost, @Nullable Problem problem, OnDisconnect onDisconnect, OnCrash onCrash, RawJson metadata,
        Instant createdAt, Instant updatedAt, @Nullable ContextReport context) {

    /** The same turn with the name of the model that answers it. */
    public Turn withModel(String name) {
        return new Turn(id, session, state, epoch, userMessage, reply, replyStored, name, finishReason, usage, cost, problem,
                onDisconnect, onCrash, metadata, createdAt, updatedAt, context);
    }
}
