package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.conversation.Failure;
import io.parley.conversation.FinishReason;
import io.parley.conversation.OnCrash;
import io.parley.conversation.Problem;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.TurnState;
import io.parley.provider.ChatCall;
import io.parley.provider.ReplyListener;
import io.parley.stream.LogOwner;
import io.parley.stream.TurnEvent;
import io.parley.stream.TurnLog;
import io.parley.turn.Opening.Opened;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A turn that has been opened, until its end. {@link #enter} lists the steps. The turn goes on whether or not clients listen.
 * <p>
 * All of it runs on one event loop, so it needs no lock. Calls from elsewhere are sent there.
 */
final class TurnRun implements LogOwner, ReplyListener {
    private static final Logger LOG = Logger.getLogger(TurnRun.class);
    private static final long NO_TIMER = -1;
    private final TurnWork work;
    private final Opened opened;
    private final Attempts attempts;
    private final TurnEnding ending;
    private final Context loop;
    private final TurnLog log;
    private final boolean again;
    private final ImageRoom.Place images;
    private final Farewell farewell;
    private RunState state = new RunState.Beginning();
    private ReplyDraft draft = new ReplyDraft();
    private @Nullable Cancellable underWay;
    private long deadline = NO_TIMER;

    /**
     * Creates the run of a turn that has just been opened.
     *
     * @param options of the request, which the session completes
     * @param streams where listeners find the log
     * @param after the last id that an earlier process of the turn can have given; 0: there was none
     */
    TurnRun(TurnWork work, Opened opened, TurnOptions options, RunningTurns streams, long after) {
        this.work = work;
        this.opened = opened;
        this.attempts = new Attempts(work, opened, options);
        // The context of the request would live as long as the turn, with all that it holds.
        this.loop = VertxContext.getRootContext(work.vertx.getOrCreateContext());
        this.log = streams.log(opened.turn(), after, this, loop);
        this.again = after > 0;
        this.images = work.images.place(step -> loop.runOnContext(_ -> step.run()));
        this.farewell = new Farewell(work, opened.turn(), log, this);
        this.ending = new TurnEnding(work, opened, log, this::onLoop, isOver -> streams.remove(this, isOver));
    }

    /**
     * Enters a state and does its step. If the step waits for an answer, the answer enters the next state. No state follows the
     * end of a turn.
     */
    private void enter(RunState next) {
        if (!state.isBeforeEnd()) {
            return;
        }
        state = next;
        if (!next.isBeforeEnd()) {
            stop();
        }
        switch (next) {
            case RunState.Beginning _ -> tellOpened();
            case RunState.Choosing(var choice) -> choose(choice);
            case RunState.Asking(var chosen) -> ask(chosen);
            case RunState.Replying _ -> images.leave();
            case RunState.Committing(var result) -> ending.commit(result);
            case RunState.Leaving(var how) -> how.run();
        }
    }

    /** Begins the turn. */
    void run() {
        onLoop(() -> {
            enter(new RunState.Beginning());
            begin();
        });
    }

    /**
     * Begins the turn again after its process has died.
     *
     * @param untold whether that process has not stored even that the turn is open
     */
    void runAgain(boolean untold) {
        onLoop(() -> {
            if (untold) {
                enter(new RunState.Beginning());
            }
            log.append(new TurnEvent.Reset(""));
            begin();
        });
        unattended();
    }

    private void tellOpened() {
        log.append(new TurnEvent.Opened(opened.turn().id(), opened.turn().session(), opened.turn().userMessage(),
                attempts.model().name()));
    }

    private void begin() {
        if (!state.isBeforeEnd()) {
            // The turn was cancelled before its first step.
            return;
        }
        Duration whole = work.config.maxDuration();
        Duration left = again ? whole.minus(Duration.between(opened.turn().createdAt(), work.clock.instant())) : whole;
        deadline = work.vertx.setTimer(Math.max(1, left.toMillis()),
                _ -> onLoop(() -> end(TurnState.FAILED, FinishReason.UNKNOWN, TurnProblems.OUT_OF_TIME)));
        enter(new RunState.Choosing(attempts.choice()));
    }

    private void choose(Uni<ChosenContext> choice) {
        underWay = choice.subscribe().with(chosen -> onLoop(() -> enter(new RunState.Asking(chosen))), this::onFailure);
    }

    private void ask(ChosenContext chosen) {
        log.append(attempts.sending(chosen).event());
        underWay = attempts.call(chosen, images).subscribe().with(call -> onLoop(() -> send(call)), this::onFailure);
    }

    private void send(ChatCall call) {
        if (state instanceof RunState.Asking) {
            underWay = work.calls.stream(call, this);
        }
    }

    @Override
    public void onEvent(ReplyEvent event) {
        if (!state.isBeforeEnd()) {
            return;
        }
        TurnEvent told = draft.add(event);
        if (state instanceof RunState.Asking && !draft.isSilent()) {
            enter(new RunState.Replying());
        }
        if (told != null) {
            log.append(told);
        }
    }

    @Override
    public void onCompletion() {
        onLoop(this::replied);
    }

    private void replied() {
        if (!state.isBeforeEnd()) {
            return;
        }
        ReplyEvent.Finished finished = draft.finished();
        if (finished == null || finished.reason() == FinishReason.UNKNOWN) {
            end(TurnProblems.brokenOff());
            return;
        }
        attempts.answered();
        end(TurnState.COMPLETED, finished.reason(), null);
    }

    @Override
    public void onFailure(Throwable failure) {
        onLoop(() -> failed(failure));
    }

    private void failed(Throwable failure) {
        switch (state) {
            case RunState.Beginning _,RunState.Choosing _,RunState.Asking _ -> tryNext(attempts.after(failure, draft));
            case RunState.Replying _ -> end(attempts.toTell(failure));
            case RunState.Committing _,RunState.Leaving _ -> {
            }
        }
    }

    private void tryNext(Attempts.Next next) {
        draft = next instanceof Attempts.Next.GiveUp ? draft : new ReplyDraft();
        switch (next) {
            case Attempts.Next.Choose(var choice) -> enter(new RunState.Choosing(choice));
            case Attempts.Next.Ask(var chosen) -> enter(new RunState.Asking(chosen));
            case Attempts.Next.GiveUp(var failure) -> end(failure);
        }
    }

    private void end(Throwable failure) {
        if (failure instanceof Failure known) {
            end(TurnState.FAILED, FinishReason.UNKNOWN, known.problem());
            return;
        }
        LOG.errorf(failure, "Turn %s of session %s failed.", opened.turn().id(), opened.turn().session());
        end(TurnState.FAILED, FinishReason.UNKNOWN, TurnProblems.INTERNAL);
    }

    private void end(TurnState how, FinishReason reason, @Nullable Problem problem) {
        enter(new RunState.Committing(TurnResult.of(how, reason, problem, draft, attempts)));
    }

    private void stop() {
        images.close();
        work.vertx.cancelTimer(deadline);
        farewell.stop();
        if (underWay != null) {
            underWay.cancel();
        }
    }

    /** Stops the provider's call and keeps the reply so far. It has no effect on a turn that is ending. */
    @Override
    public void cancel() {
        onLoop(() -> end(TurnState.CANCELLED, FinishReason.CANCELLED, null));
    }

    /** Stops the provider's call because this process ends: keeps the reply so far, or lets another process begin anew. */
    void interrupt() {
        if (opened.turn().onCrash() == OnCrash.RESTART) {
            leaveTo(ending::giveUp);
        } else {
            onLoop(() -> end(TurnState.INTERRUPTED, FinishReason.INTERRUPTED, TurnProblems.INTERRUPTED));
        }
    }

    @Override
    public void lost() {
        leaveTo(ending::lost);
    }

    @Override
    public void erased() {
        leaveTo(ending::erased);
    }

    private void leaveTo(Runnable how) {
        onLoop(() -> enter(new RunState.Leaving(how)));
    }

    @Override
    public void lastListenerLeft() {
        onLoop(() -> {
            if (state.isBeforeEnd()) {
                farewell.begin();
            }
        });
    }

    /** Does a step on the turn's event loop. A fault of Parley itself ends the turn, because no other code would notice it. */
    void onLoop(Runnable step) {
        loop.runOnContext(_ -> {
            try {
                step.run();
            } catch (RuntimeException fault) {
                broken(fault);
            }
        });
    }

    private void broken(RuntimeException fault) {
        try {
            if (state.isBeforeEnd()) {
                end(fault);
                return;
            }
        } catch (RuntimeException next) {
            fault.addSuppressed(next);
            state = new RunState.Leaving(ending::lost);
        }
        ending.broken(fault);
    }

    /** Notes that the client that started the turn did not stay for its beginning. */
    void unattended() {
        log.join();
        log.leave();
    }

    Opened opened() {
        return opened;
    }

    TurnEnding ending() {
        return ending;
    }

    TurnLog log() {
        return log;
    }
}
