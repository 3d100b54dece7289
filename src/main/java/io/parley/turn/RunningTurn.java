package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.conversation.Failure;
import io.parley.conversation.FinishReason;
import io.parley.conversation.OnCrash;
import io.parley.conversation.Problem;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.TurnState;
import io.parley.provider.CallForm;
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
 * A turn from its opening to its end. It reads the provider itself and goes on whoever listens. All of it runs on one event
 * loop, so that it needs no lock; what comes from elsewhere is sent there.
 */
final class RunningTurn implements LogOwner, ReplyListener {
    private static final Logger LOG = Logger.getLogger(RunningTurn.class);
    private static final long NO_TIMER = -1;
    /** The connection of a call that has failed is being closed: one that follows at once could still be given it. */
    private static final long LET_GO_MILLIS = 20;
    private final TurnWork work;
    private final Opened opened;
    private final Failover models;
    private final TurnEnding ending;
    private final Context loop;
    private ReplyDraft draft = new ReplyDraft();
    private final TurnLog log;
    private final boolean again;
    private final ImageRoom.Place place;
    private final Remedies remedies;
    private @Nullable Cancellable running;
    private @Nullable SentContext context;
    private long deadline = NO_TIMER;
    private final Farewell farewell;
    private boolean ended;

    /**
     * A turn that has just been opened.
     *
     * @param streams where its log can be found by listeners
     * @param after the last id that a process can have given which began it before; 0: none did
     */
    RunningTurn(TurnWork work, Opened opened, TurnRequest request, RunningTurns streams, long after) {
        this.work = work;
        this.opened = opened;
        this.models = new Failover(work, opened, request);
        this.remedies = new Remedies(work.refusals, work.accepted, work.wishes, opened.turn().session());
        // Not the context of the request, which would live as long as the turn with all that it holds.
        this.loop = VertxContext.getRootContext(work.vertx.getOrCreateContext());
        this.log = streams.log(opened.turn(), after, this, loop);
        this.again = after > 0;
        this.place = work.images.place(step -> loop.runOnContext(_ -> step.run()));
        this.farewell = new Farewell(work, opened.turn(), log, this);
        this.ending = new TurnEnding(work, opened, models, log, over -> streams.remove(this, over));
    }

    Opened opened() {
        return opened;
    }

    TurnEnding ending() {
        return ending;
    }

    /** Sets it going: choose the context, call the model, tell what it says, commit. */
    void run() {
        onLoop(() -> {
            tellOpened();
            begin();
        });
    }

    /**
     * Sets it going anew after the process that ran it has died.
     *
     * @param untold whether that one has not stored even that the turn is open
     */
    void runAgain(boolean untold) {
        onLoop(() -> {
            if (untold) {
                tellOpened();
            }
            log.append(new TurnEvent.Reset(""));
            begin();
        });
        unattended();
    }

    private void tellOpened() {
        log.append(new TurnEvent.Opened(opened.turn().id(), opened.turn().session(), opened.turn().userMessage(),
                models.current().model().name()));
    }

    private void begin() {
        Duration whole = work.config.maxDuration();
        Duration left = again ? whole.minus(Duration.between(opened.turn().createdAt(), work.clock.instant())) : whole;
        deadline = work.vertx.setTimer(Math.max(1, left.toMillis()), _ -> outOfTime());
        send(Uni.createFrom().deferred(models.current()::context));
    }

    private void send(Uni<ChosenContext> choice) {
        running = choice.emitOn(this::onLoop).invoke(this::tell).chain(chosen -> models.current().call(chosen, form(), place))
                .subscribe().with(call -> onLoop(() -> call(call)), this::onFailure);
    }

    /** Does a step on the turn's event loop. Whatever goes wrong there ends the turn, as nobody else would notice it. */
    private void onLoop(Runnable step) {
        loop.runOnContext(_ -> {
            try {
                step.run();
            } catch (RuntimeException failure) {
                end(failure);
            }
        });
    }

    private CallForm form() {
        return remedies.form(models.current().model());
    }

    private void tell(ChosenContext chosen) {
        context = models.current().sent(chosen, form());
        log.append(context.event());
    }

    private void call(ChatCall call) {
        running = ended ? running : work.calls.stream(call, this);
    }

    @Override
    public void onEvent(ReplyEvent event) {
        TurnEvent told = ended ? null : draft.add(event);
        if (told != null) {
            place.leave();
            log.append(told);
        }
    }

    @Override
    public void onCompletion() {
        onLoop(this::replied);
    }

    private void replied() {
        ReplyEvent.Finished finished = draft.finished();
        if (finished == null || finished.reason() == FinishReason.UNKNOWN) {
            end(TurnProblems.brokenOff());
            return;
        }
        if (context != null) {
            remedies.taken(context.chosen());
        }
        end(TurnState.COMPLETED, finished.reason(), null);
    }

    @Override
    public void onFailure(Throwable failure) {
        onLoop(() -> tryElse(failure, context == null ? null : context.chosen()));
    }

    private void tryElse(Throwable failure, @Nullable ChosenContext sent) {
        if (ended) {
            return;
        }
        if (sent == null || !draft.isSilent() || !(failure instanceof Failure.Provider refusal)) {
            goOn(failure);
            return;
        }
        TurnPreparation asked = models.current();
        CallForm form = form();
        remedies.refused(asked.refused(sent, form, refusal));
        switch (remedies.after(refusal, sent, other -> asked.isWorthTrying(sent, form, other))) {
            case SHORTER -> retry(Uni.createFrom().deferred(() -> asked.shorter(sent, refusal)));
            case REASONING, USUAL, PLAIN -> retry(Uni.createFrom().item(sent));
            case NEXT_MODEL -> goOn(remedies.told(refusal));
        }
    }

    private void retry(Uni<ChosenContext> choice) {
        draft = new ReplyDraft();
        send(choice);
    }

    private void goOn(Throwable failure) {
        if (draft.isSilent() && models.goOn(failure, draft)) {
            context = null;
            remedies.reset();
            draft = new ReplyDraft();
            long unused = work.vertx.setTimer(LET_GO_MILLIS, _ -> onLoop(this::askNext));
        } else {
            end(models.toTell(failure));
        }
    }

    private void askNext() {
        if (!ended) {
            send(Uni.createFrom().deferred(models.current()::context));
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

    private void outOfTime() {
        end(TurnState.FAILED, FinishReason.UNKNOWN, TurnProblems.OUT_OF_TIME);
    }

    /** Stops the provider's call and keeps what was said. No effect on a turn that is ending. */
    @Override
    public void cancel() {
        onLoop(() -> end(TurnState.CANCELLED, FinishReason.CANCELLED, null));
    }

    /** Stops the provider's call because this process ends: keeps what was said, or lets another process begin anew. */
    void interrupt() {
        onLoop(() -> {
            if (ended || opened.turn().onCrash() != OnCrash.RESTART) {
                end(TurnState.INTERRUPTED, FinishReason.INTERRUPTED, TurnProblems.INTERRUPTED);
            } else {
                stop();
                ending.giveUp();
            }
        });
    }

    private void end(TurnState state, FinishReason reason, @Nullable Problem problem) {
        if (ended) {
            return;
        }
        stop();
        ending.commit(new TurnEnding.Outcome(state, reason, problem, draft, context));
    }

    private void stop() {
        ended = true;
        place.close();
        work.vertx.cancelTimer(deadline);
        farewell.stop();
        if (running != null) {
            running.cancel();
        }
    }

    @Override
    public void lost() {
        leave(ending::lost);
    }

    @Override
    public void erased() {
        leave(ending::erased);
    }

    private void leave(Runnable how) {
        onLoop(() -> {
            if (!ended) {
                stop();
                how.run();
            }
        });
    }

    @Override
    public void lastListenerLeft() {
        onLoop(() -> {
            if (!ended) {
                farewell.begin();
            }
        });
    }

    /** Whoever started it did not stay for its beginning. */
    void unattended() {
        log.join();
        log.leave();
    }

    TurnLog log() {
        return log;
    }
}
