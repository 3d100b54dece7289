package io.parley.turn;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Problem;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.stream.TurnLog;
import io.parley.turn.Opening.Opened;
import io.parley.turn.Turns.Snapshot;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The end of a turn that runs: reply, usage and last events are committed together, and only then told. Only the turn's event
 * loop calls it, except {@link #over}.
 */
final class TurnEnding {
    private static final Logger LOG = Logger.getLogger(TurnEnding.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private final TurnWork work;
    private final Opened opened;
    private final TurnLog log;
    private final Executor loop;
    private final Consumer<Boolean> whenOver;
    private final CompletableFuture<Optional<Snapshot>> over = new CompletableFuture<>();
    /** Whether the store was asked to keep the end. Its answer says how the turn has ended. */
    private boolean isAsked;

    /**
     * @param loop runs a step on the turn's event loop; a step that throws is followed by {@link #broken}
     * @param whenOver is told when the turn does not run here any more, and whether the store has said that it is over
     */
    TurnEnding(TurnWork work, Opened opened, TurnLog log, Executor loop, Consumer<Boolean> whenOver) {
        this.work = work;
        this.opened = opened;
        this.log = log;
        this.loop = loop;
        this.whenOver = whenOver;
    }

    /** The end as it goes to the store, and the event that tells it. */
    private record Stored(TurnResult result, CommitTurn commit, NumberedEvent terminal) {}

    /**
     * Returns the turn as it was committed, or empty if another process has stored the end. A waiting caller that leaves does
     * nothing to the turn.
     */
    Uni<Optional<Snapshot>> over() {
        return Uni.createFrom().completionStage(over.minimalCompletionStage());
    }

    /** Stores the end, and then tells it. */
    void commit(TurnResult result) {
        log.seal()
                .chain(rest -> work.rules.count(result.model().name(), result.reply())
                        .invoke(tokens -> loop.execute(() -> store(result, tokens, rest))))
                .subscribe().with(_ -> {
                }, failure -> loop.execute(() -> broken(failure)));
    }

    private void store(TurnResult result, TokenCount tokens, List<NumberedEvent> rest) {
        Turn turn = result.turn(opened.turn(), tokens, work.clock.instant());
        NumberedEvent terminal = log.number(TurnEvent.terminal(turn));
        List<NumberedEvent> events = new ArrayList<>(rest);
        events.add(terminal);
        Stored end = new Stored(result,
                new CommitTurn(turn, result.reply(), tokens, result.next(opened, tokens), events), terminal);
        isAsked = true;
        committed(end.commit()).subscribe().with(committed -> loop.execute(() -> tell(end, committed)),
                failure -> loop.execute(() -> notStored(turn, failure)));
    }

    /** Commits, and tries again from memory while the store does not answer. */
    private Uni<Committed> committed(CommitTurn commit) {
        long end = System.nanoTime() + work.config.commitPatience().toNanos();
        return Uni.createFrom().deferred(() -> work.store.commit(commit))
                .onFailure().retry().withBackOff(FIRST_WAIT, LONGEST_WAIT)
                .until(failure -> failure instanceof Failure.Unavailable && System.nanoTime() - end < 0);
    }

    private void tell(Stored end, Committed committed) {
        switch (committed) {
            case Committed.Stored(Turn turn) -> {
                LOG.infof("Turn %s of session %s has ended: %s", turn.id(), turn.session(), turn.state());
                end(end.terminal(), Optional.of(new Snapshot(turn, end.result().reply())), true);
                follow(end);
            }
            case Committed.Lost _ -> lost();
            case Committed.Gone _ -> erased();
        }
    }

    private void follow(Stored end) {
        if (end.result().chosen() != null) {
            work.afterwards.begin(opened.turn().session(), end.result().usage(end.commit().tokens()), end.result().chosen());
        }
    }

    private void notStored(Turn turn, Throwable failure) {
        LOG.errorf("The end of turn %s of session %s could not be stored: %s", turn.id(), turn.session(), failure.getMessage());
        fail(turn.problem() != null ? turn.problem()
                : new Problem(FailureCode.STORE_UNAVAILABLE,
                        "The reply could not be stored. Copy the text that you see if you want to keep it.", true, null),
                turn, false);
    }

    /** Tells the end of a turn after a fault of Parley itself. The process that finds the turn settles it. */
    void broken(Throwable fault) {
        LOG.errorf(fault, "Turn %s of session %s failed.", opened.turn().id(), opened.turn().session());
        if (!isAsked) {
            fail(TurnProblems.INTERNAL, null, false);
        }
    }

    /** Tells that the session is gone, and the turn with it. */
    void erased() {
        fail(new Problem(FailureCode.SESSION_NOT_FOUND, "The session has been erased.", false, null), null, true);
    }

    /** Tells an end that is not stored. */
    private void fail(Problem problem, @Nullable Turn spent, boolean isOver) {
        end(log.number(new TurnEvent.Failed(TurnState.FAILED, problem, null, spent == null ? null : spent.usage(),
                spent == null ? null : spent.cost(), false)), Optional.empty(), isOver);
    }

    private void end(NumberedEvent terminal, Optional<Snapshot> committed, boolean isOver) {
        if (over.isDone()) {
            return;
        }
        try {
            log.end(terminal);
        } finally {
            finish(committed, isOver);
        }
    }

    /** Leaves the turn to another process, which has taken it over. Listeners get the events that it stores. */
    void lost() {
        if (over.isDone()) {
            return;
        }
        LOG.warnf("Another process has taken over turn %s of session %s.", opened.turn().id(), opened.turn().session());
        try {
            log.lose();
        } finally {
            finish(Optional.empty(), false);
        }
    }

    /** Lets another process have the turn at once, with the reply so far. Without an answer the lease runs out. */
    void giveUp() {
        log.giveUp().subscribe().with(_ -> loop.execute(this::lost), failure -> {
            LOG.warnf("The lease of turn %s of session %s was not given up: %s", opened.turn().id(),
                    opened.turn().session(), failure.getMessage());
            loop.execute(this::lost);
        });
    }

    private void finish(Optional<Snapshot> committed, boolean isOver) {
        // A client that waits for the turn hears of its end before the end of this process can send the client away.
        try {
            over.complete(committed);
        } finally {
            whenOver.accept(isOver);
        }
    }
}
