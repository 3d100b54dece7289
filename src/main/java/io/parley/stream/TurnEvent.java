package io.parley.stream;

import io.parley.conversation.Content;
import io.parley.conversation.Cost;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.MessageId;
import io.parley.conversation.Problem;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a turn tells those who listen to it, in the order in which it happens. */
public sealed interface TurnEvent {

    /** The event that ends a turn, as its record tells it. */
    static TurnEvent terminal(Turn turn) {
        MessageId reply = turn.replyStored() ? turn.reply() : null;
        if (turn.state() == TurnState.COMPLETED || turn.state() == TurnState.CANCELLED) {
            FinishReason reason = turn.finishReason() == null ? FinishReason.UNKNOWN : turn.finishReason();
            return new Done(turn.state(), reply, reason, turn.usage(), turn.cost());
        }
        Problem problem = turn.problem() != null ? turn.problem()
                : new Problem(FailureCode.INTERNAL_ERROR, "The turn failed for an unknown reason. Try again with regenerate.",
                        true, null);
        return new Failed(turn.state(), problem, reply, turn.usage(), turn.cost(), true);
    }

    /** Whether this event ends the turn. */
    default boolean isTerminal() {
        return this instanceof Done || this instanceof Failed;
    }

    /** The turn is open and its input stored. */
    record Opened(TurnId turn, SessionId session, MessageId userMessage, String model) implements TurnEvent {}

    /**
     * What is sent to the provider, and how much of the history is not.
     *
     * @param model catalogue name of the model that is asked; null in logs of before this was known
     * @param unseen messages whose pictures are not sent, because the provider has refused the request with pictures
     */
    record ContextChosen(String policy, long sentMessages, long sentTokens, long omittedMessages, long omittedTokens,
            @Nullable String model, List<MessageId> unseen) implements TurnEvent {
        public ContextChosen { unseen = List.copyOf(unseen); }
    }

    /** The next piece of the reply's text. */
    record Delta(String text) implements TurnEvent {}

    /** The next piece of visible reasoning, for those who asked for it. */
    record Thinking(String text) implements TurnEvent {}

    /** A whole block of the reply that is not text. */
    record Block(Content content) implements TurnEvent {}

    /** Forget what was shown of this reply; this is its text so far. */
    record Reset(String text) implements TurnEvent {}

    /**
     * The turn is over and committed.
     *
     * @param state {@code COMPLETED} or {@code CANCELLED}
     * @param message the stored reply, or null if nothing was said
     */
    record Done(TurnState state, @Nullable MessageId message, FinishReason finishReason, @Nullable Usage usage,
            @Nullable Cost cost) implements TurnEvent {}

    /**
     * The turn is over without a whole reply.
     *
     * @param state {@code FAILED} or {@code INTERRUPTED}
     * @param message the stored partial reply, or null if nothing was said
     * @param saved false if storing the partial reply proved impossible
     */
    record Failed(TurnState state, Problem problem, @Nullable MessageId message, @Nullable Usage usage, @Nullable Cost cost,
            boolean saved) implements TurnEvent {}
}
