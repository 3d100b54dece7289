package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.context.ContextState;
import io.parley.conversation.Content;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Problem;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.provider.Model;
import io.parley.turn.Opening.Opened;
import io.parley.usage.Spending;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a turn, from which its stored end is made.
 *
 * @param reply the blocks of the reply; empty if the model said nothing
 * @param silent whether nothing came, not even reasoning
 * @param reported the usage that the provider has reported, or null
 * @param counted whether the provider has reported the usage of the whole reply
 * @param model the last model that was asked
 * @param ofSession whether model and policies are the session's own
 * @param spent the usage of the models before the last model
 * @param context the context that was sent; null if no call was made
 */
record TurnResult(TurnState state, FinishReason reason, @Nullable Problem problem, List<Content> reply, boolean silent,
        @Nullable Usage reported, boolean counted, Model model, boolean ofSession, Spending spent,
        @Nullable SentContext context) {
    TurnResult { reply = List.copyOf(reply); }

    /** Makes the result of a turn that has come to this end. */
    static TurnResult of(TurnState state, FinishReason reason, @Nullable Problem problem, ReplyDraft draft,
            Attempts attempts) {
        return new TurnResult(state, reason, problem, draft.content(), draft.isSilent(), draft.usage(), draft.isCounted(),
                attempts.model(), attempts.isOfSession(), attempts.spent(), attempts.context());
    }

    /** Returns the context that was sent, or null. */
    @Nullable
    ChosenContext chosen() {
        return context == null ? null : context.chosen();
    }

    /** Returns the turn as it is to be stored. */
    Turn turn(Turn opened, TokenCount tokens, Instant now) {
        Spending all = spent.plus(model, usage(tokens));
        return new Turn(opened.id(), opened.session(), state, opened.epoch(), opened.userMessage(), opened.reply(),
                !reply.isEmpty(), model.name(), reason, all.usage(), all.cost(), problem, opened.onDisconnect(),
                opened.onCrash(), opened.metadata(), opened.createdAt(), now, context == null ? null : context.report());
    }

    /**
     * Returns the usage of the last model's call.
     *
     * @param tokens of the reply
     */
    Usage usage(TokenCount tokens) {
        long output = said(tokens);
        // No provider charges for a call that failed before it brought anything.
        boolean refused = state == TurnState.FAILED && silent;
        ChosenContext sent = chosen();
        Usage believed = Usage.believable(reported, sent == null || refused ? 0 : sent.sentTokens(), output);
        return counted && state == TurnState.COMPLETED ? believed : believed.atLeast(output);
    }

    /**
     * Returns the place from which the next turn goes on. It does not depend on the end of this turn, because the provider's
     * cache holds the context that was sent last. Null if another model than the session's was asked.
     *
     * @param tokens of the reply
     */
    CommitTurn.@Nullable Next next(Opened opened, TokenCount tokens) {
        ChosenContext sent = chosen();
        if (sent == null || !ofSession) {
            return null;
        }
        boolean unheard = state == TurnState.FAILED && silent && reported == null;
        long added = sent.scale().tokens(said(tokens) + opened.history().getLast().meta().tokens().tokens());
        ContextState next = unheard ? sent.state().notCalledSince(opened.context().state()) : sent.state().grownBy(added);
        return new CommitTurn.Next(sent.plan(), next, opened.context().version());
    }

    private long said(TokenCount tokens) {
        return reply.isEmpty() ? 0 : tokens.tokens();
    }
}
