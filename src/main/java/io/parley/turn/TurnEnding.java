package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.context.ContextState;
import io.parley.conversation.Content;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Problem;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.stream.TurnLog;
import io.parley.turn.Opening.Opened;
import io.parley.turn.Turns.Snapshot;
import io.parley.usage.Spending;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The end of a running turn: reply, usage and last events are committed together, and only then told. */
final class TurnEnding {
    private static final Logger LOG = Logger.getLogger(TurnEnding.class);
    private final TurnWork work;
    private final Opened opened;
    private final Failover models;
    private final TurnLog log;
    private final Consumer<Boolean> whenOver;
    private final CompletableFuture<Optional<Snapshot>> over = new CompletableFuture<>();

    /**
     * The end of a turn that runs.
     *
     * @param whenOver told once it does not run here any more, and whether the store has said that it is over
     */
    TurnEnding(TurnWork work, Opened opened, Failover models, TurnLog log, Consumer<Boolean> whenOver) {
        this.work = work;
        this.opened = opened;
        this.models = models;
        this.log = log;
        this.whenOver = whenOver;
    }

    /**
     * How a turn came to its end.
     *
     * @param context what was sent, if it came to that
     */
    record Outcome(TurnState state, FinishReason reason, @Nullable Problem problem, ReplyDraft draft,
            @Nullable SentContext context) {

        @Nullable
        ChosenContext chosen() {
            return context == null ? null : context.chosen();
        }
    }

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
        LOG.errorf(failure, "Turn %s of session %s failed.", opened.turn().id(), opened.turn().session());
        end(log.number(new TurnEvent.Failed(TurnState.FAILED, TurnProblems.INTERNAL, null, null, null, false)));
    }

    private Uni<Void> store(Outcome outcome, List<Content> reply, List<NumberedEvent> rest) {
        return work.rules.count(models.current().model().name(), reply).chain(tokens -> store(outcome, reply, tokens, rest));
    }

    private Uni<Void> store(Outcome outcome, List<Content> reply, TokenCount tokens, List<NumberedEvent> rest) {
        Usage usage = usage(outcome, reply, tokens);
        Turn turn = ended(outcome, !reply.isEmpty(), models.spent().plus(models.current().model(), usage));
        NumberedEvent terminal = log.number(TurnEvent.terminal(turn));
        List<NumberedEvent> events = new ArrayList<>(rest);
        events.add(terminal);
        return work.committer.commit(new CommitTurn(turn, reply, tokens, next(outcome, reply, tokens), events))
                .invoke(committed -> told(committed, reply, terminal))
                .invoke(committed -> afterwards(committed, outcome, usage))
                .onFailure().invoke(failure -> notStored(turn, failure))
                .onFailure().recoverWithNull().replaceWithVoid();
    }

    private void told(Committed committed, List<Content> reply, NumberedEvent terminal) {
        switch (committed) {
            case Committed.Stored(Turn turn) -> {
                LOG.infof("Turn %s of session %s has ended: %s", turn.id(), turn.session(), turn.state());
                end(terminal, Optional.of(new Snapshot(turn, reply)), true);
            }
            case Committed.Lost _ -> lost();
            case Committed.Gone _ -> erased();
        }
    }

    /**
     * Where the next turn goes on, whatever came of this one: what was sent is what the provider has seen last. What another
     * model than the session's has seen is nothing to go on from.
     */
    private CommitTurn.@Nullable Next next(Outcome outcome, List<Content> reply, TokenCount tokens) {
        ChosenContext sent = outcome.chosen();
        if (sent == null || !models.current().isOfSession()) {
            return null;
        }
        boolean unheard = outcome.state() == TurnState.FAILED && outcome.draft().isSilent() && outcome.draft().usage() == null;
        long said = reply.isEmpty() ? 0 : tokens.tokens();
        long added = sent.scale().tokens(said + opened.history().getLast().meta().tokens().tokens());
        ContextState state = unheard ? sent.state().notCalledSince(opened.context().state()) : sent.state().grownBy(added);
        return new CommitTurn.Next(sent.plan(), state, opened.context().version());
    }

    private void afterwards(Committed committed, Outcome outcome, Usage usage) {
        ChosenContext sent = outcome.chosen();
        if (sent != null && committed instanceof Committed.Stored(Turn turn)) {
            work.afterwards.begin(turn.session(), usage, sent);
        }
    }

    private void notStored(Turn turn, Throwable failure) {
        LOG.errorf("The end of turn %s of session %s could not be stored: %s", turn.id(), turn.session(), failure.getMessage());
        Problem problem = turn.problem() != null ? turn.problem()
                : new Problem(FailureCode.STORE_UNAVAILABLE,
                        "The reply could not be stored. Copy the text that you see if you want to keep it.", true,
                        null);
        end(log.number(new TurnEvent.Failed(TurnState.FAILED, problem, null, turn.usage(), turn.cost(), false)));
    }

    /** Tells an end that could not be stored: whoever finds the turn settles it. */
    private void end(NumberedEvent terminal) {
        end(terminal, Optional.empty(), false);
    }

    private void end(NumberedEvent terminal, Optional<Snapshot> committed, boolean isOver) {
        try {
            log.end(terminal);
        } finally {
            finish(committed, isOver);
        }
    }

    /** Somebody else has the turn: what they store is what listeners get. */
    void lost() {
        LOG.warnf("Another process has taken over turn %s of session %s.", opened.turn().id(), opened.turn().session());
        try {
            log.lose();
        } finally {
            finish(Optional.empty(), false);
        }
    }

    /** Lets another process have the turn at once, with all that was said; one that cannot be told finds out by the lease. */
    void giveUp() {
        Turn turn = opened.turn();
        log.giveUp()
                .onFailure()
                .invoke(failure -> LOG.warnf("The lease of turn %s of session %s was not given up: %s", turn.id(),
                        turn.session(),
                        failure.getMessage()))
                .onFailure().recoverWithNull()
                .subscribe().with(_ -> lost(), this::brokenDown);
    }

    /** The session is gone, and the turn with it. */
    void erased() {
        Problem problem = new Problem(FailureCode.SESSION_NOT_FOUND, "The session has been erased.", false, null);
        end(log.number(new TurnEvent.Failed(TurnState.FAILED, problem, null, null, null, false)), Optional.empty(), true);
    }

    private void finish(Optional<Snapshot> committed, boolean isOver) {
        // Whoever waits for the turn hears of its end before the end of this process may send them away.
        try {
            over.complete(committed);
        } finally {
            whenOver.accept(isOver);
        }
    }

    /** Of the last model's call. */
    private static Usage usage(Outcome outcome, List<Content> reply, TokenCount tokens) {
        Usage said = outcome.draft().usage();
        long output = reply.isEmpty() ? 0 : tokens.tokens();
        // A call that failed before it brought anything is not charged by any provider.
        boolean refused = outcome.state() == TurnState.FAILED && outcome.draft().isSilent();
        long input = outcome.context() == null || refused ? 0 : outcome.context().chosen().sentTokens();
        Usage believed = Usage.believable(said, input, output);
        return outcome.draft().isCounted() && outcome.state() == TurnState.COMPLETED ? believed : believed.atLeast(output);
    }

    private Turn ended(Outcome outcome, boolean said, Spending spent) {
        Turn turn = opened.turn();
        return new Turn(turn.id(), turn.session(), outcome.state(), turn.epoch(), turn.userMessage(), turn.reply(), said,
                models.current().model().name(), outcome.reason(), spent.usage(), spent.cost(), outcome.problem(),
                turn.onDisconnect(), turn.onCrash(), turn.metadata(), turn.createdAt(), work.clock.instant(),
                outcome.context() == null ? null : outcome.context().report());
    }
}
