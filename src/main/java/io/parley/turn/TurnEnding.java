package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.context.ContextState;
import io.parley.conversation.Content;
import io.parley.conversation.ContextReport;
import io.parley.conversation.Cost;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.MessageId;
import io.parley.conversation.Problem;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.provider.Model;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.stream.TurnLog;
import io.parley.turn.Opening.Opened;
import io.parley.turn.Turns.Snapshot;
import io.parley.usage.Pricing;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The end of a running turn: reply, usage and last events are committed together, and only then told. */
final class TurnEnding {
    private static final Logger LOG = Logger.getLogger(TurnEnding.class);
    private final TurnWork work;
    private final Opened opened;
    private final TurnPreparation preparation;
    private final Model model;
    private final TurnLog log;
    private final Runnable whenOver;
    private final CompletableFuture<Optional<Snapshot>> over = new CompletableFuture<>();

    TurnEnding(TurnWork work, Opened opened, TurnPreparation preparation, TurnLog log, Runnable whenOver) {
        this.work = work;
        this.opened = opened;
        this.preparation = preparation;
        this.model = preparation.model();
        this.log = log;
        this.whenOver = whenOver;
    }

    /**
     * How a turn came to its end.
     *
     * @param context what was sent, if it came to that
     */
    record Outcome(TurnState state, FinishReason reason, @Nullable Problem problem, ReplyDraft draft,
            @Nullable ChosenContext context) {}

    /**
     * The turn as it was committed, or empty if its end was not this process's to store. Cancelling the wait does nothing
     * to the turn.
     */
    Uni<Optional<Snapshot>> over() {
        return Uni.createFrom().completionStage(over.minimalCompletionStage());
    }

    /** Stores the end and tells it. */
    void commit(Outcome outcome) {
        log.seal().chain(rest -> store(outcome, outcome.draft().content(), rest))
                .subscribe().with(_ -> {
                }, this::brokenDown);
    }

    private void brokenDown(Throwable failure) {
        LOG.errorf(failure, "turn %s of session %s", opened.turn().id(), opened.turn().session());
        Problem problem = new Problem(FailureCode.INTERNAL_ERROR, "Something in Parley went wrong.", true, null);
        end(log.number(new TurnEvent.Failed(TurnState.FAILED, problem, null, null, null, false)));
    }

    private Uni<Void> store(Outcome outcome, List<Content> reply, List<NumberedEvent> rest) {
        return work.rules.count(model.name(), reply).chain(tokens -> store(outcome, reply, tokens, rest));
    }

    private Uni<Void> store(Outcome outcome, List<Content> reply, TokenCount tokens, List<NumberedEvent> rest) {
        Usage usage = usage(outcome, reply, tokens);
        Turn turn = ended(outcome, !reply.isEmpty(), usage);
        NumberedEvent terminal = log.number(terminal(turn));
        List<NumberedEvent> events = new ArrayList<>(rest);
        events.add(terminal);
        return work.committer.commit(new CommitTurn(turn, reply, tokens, next(outcome, reply, tokens), events))
                .invoke(committed -> told(committed, reply, terminal))
                .invoke(committed -> afterwards(committed, outcome))
                .onFailure().invoke(failure -> notStored(turn, failure))
                .onFailure().recoverWithNull().replaceWithVoid();
    }

    private void told(Committed committed, List<Content> reply, NumberedEvent terminal) {
        switch (committed) {
            case Committed.Stored(Turn turn) -> {
                LOG.infof("turn %s of session %s %s", turn.id(), turn.session(), turn.state());
                end(terminal, Optional.of(new Snapshot(turn, reply)));
            }
            case Committed.Lost _ -> lost();
            case Committed.Gone _ -> erased();
        }
    }

    /** Where the next turn goes on, whatever came of this one: what was sent is what the provider has seen last. */
    private CommitTurn.@Nullable Next next(Outcome outcome, List<Content> reply, TokenCount tokens) {
        ChosenContext sent = outcome.context();
        if (sent == null || !preparation.isOfSession()) {
            return null;
        }
        boolean unheard = outcome.state() == TurnState.FAILED && outcome.draft().isSilent() && outcome.draft().usage() == null;
        long said = reply.isEmpty() ? 0 : tokens.tokens();
        long added = sent.scale().tokens(said + opened.history().getLast().meta().tokens().tokens());
        ContextState state = unheard ? sent.state().notCalledSince(opened.context().state()) : sent.state().grownBy(added);
        return new CommitTurn.Next(sent.plan(), state, opened.context().version());
    }

    private void afterwards(Committed committed, Outcome outcome) {
        ChosenContext sent = outcome.context();
        if (sent != null && committed instanceof Committed.Stored(Turn turn)) {
            work.afterwards.begin(turn, sent);
        }
    }

    private void notStored(Turn turn, Throwable failure) {
        LOG.errorf("turn %s of session %s could not be stored: %s", turn.id(), turn.session(), failure.getMessage());
        Problem problem = turn.problem() != null ? turn.problem()
                : new Problem(FailureCode.STORE_UNAVAILABLE, "The reply could not be stored; keep what you see of it.", true,
                        null);
        end(log.number(new TurnEvent.Failed(TurnState.FAILED, problem, null, turn.usage(), turn.cost(), false)));
    }

    private void end(NumberedEvent terminal) {
        end(terminal, Optional.empty());
    }

    private void end(NumberedEvent terminal, Optional<Snapshot> committed) {
        try {
            log.end(terminal);
        } finally {
            finish(committed);
        }
    }

    /** Somebody else has the turn: what they store is what listeners get. */
    void lost() {
        LOG.warnf("turn %s of session %s was taken over", opened.turn().id(), opened.turn().session());
        try {
            log.lose();
        } finally {
            finish(Optional.empty());
        }
    }

    /** The session is gone, and the turn with it. */
    void erased() {
        Problem problem = new Problem(FailureCode.SESSION_NOT_FOUND, "The session has been deleted.", false, null);
        end(log.number(new TurnEvent.Failed(TurnState.FAILED, problem, null, null, null, false)));
    }

    private void finish(Optional<Snapshot> committed) {
        whenOver.run();
        over.complete(committed);
    }

    private Usage usage(Outcome outcome, List<Content> reply, TokenCount tokens) {
        Usage said = outcome.draft().usage();
        boolean whole = outcome.state() == TurnState.COMPLETED && outcome.draft().finished() != null;
        if (said != null && whole) {
            return said;
        }
        long output = reply.isEmpty() ? 0 : tokens.tokens();
        if (said != null) {
            return new Usage(said.inputTokens(), said.cachedTokens(), said.cacheWriteTokens(),
                    Math.max(said.outputTokens(), output), said.reasoningTokens(), true);
        }
        // A call that failed before it brought anything is not charged by any provider.
        boolean refused = outcome.state() == TurnState.FAILED && outcome.draft().isSilent();
        long input = outcome.context() == null || refused ? 0 : outcome.context().sentTokens();
        return new Usage(input, 0, 0, output, 0, true);
    }

    private Turn ended(Outcome outcome, boolean said, Usage usage) {
        Turn turn = opened.turn();
        Cost cost = Pricing.cost(model, usage);
        return new Turn(turn.id(), turn.session(), outcome.state(), turn.epoch(), turn.userMessage(), turn.reply(), said,
                model.name(), outcome.reason(), usage, cost, outcome.problem(), turn.onDisconnect(), turn.onCrash(),
                turn.metadata(), turn.createdAt(), work.clock.instant(), report(outcome.context()));
    }

    private static @Nullable ContextReport report(@Nullable ChosenContext sent) {
        return sent == null ? null
                : new ContextReport(sent.policy(), sent.messages().size(), sent.sentTokens(), sent.omittedMessages(),
                        sent.omittedTokens(), sent.wholeTokens(), sent.forecast().cachedTokens(),
                        sent.forecast().cold(), sent.forecast().difference(), sent.forecast().cut());
    }

    private static TurnEvent terminal(Turn turn) {
        MessageId reply = turn.replyStored() ? turn.reply() : null;
        Problem problem = turn.problem();
        if (problem != null) {
            return new TurnEvent.Failed(turn.state(), problem, reply, turn.usage(), turn.cost(), true);
        }
        FinishReason reason = turn.finishReason() == null ? FinishReason.UNKNOWN : turn.finishReason();
        return new TurnEvent.Done(turn.state(), reply, reason, turn.usage(), turn.cost());
    }
}
