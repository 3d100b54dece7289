package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.ReplyEvent;
import io.parley.conversation.ReplyEvent.Finished;
import io.parley.conversation.ReplyEvent.Used;
import io.parley.conversation.Usage;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One call of a model. It is admitted, attempted, and after a pause attempted again, until the model begins to answer: from
 * then on nothing is repeated, and the request, which may be large, is let go. One deadline holds for all of it. Everything
 * happens on the caller's loop; late events have no effect.
 */
final class ModelCall implements ReplyListener, Cancellable {
    private static final Logger LOG = Logger.getLogger(ModelCall.class);
    private static final Cancellable NOTHING = () -> {
    };

    private enum State {
        /** An attempt runs, and has brought no content. */
        ASKING,
        /** The call waits before its next attempt. */
        PAUSING,
        /** The model has begun to answer. */
        ANSWERING,
        /** The listener has heard the end, or has left. */
        OVER
    }

    private final CallLoop loop;
    private final RetryPolicy policy;
    private final Supplier<Admission> admissions;
    private final Model model;
    private final ReplyListener listener;
    private final long started = System.nanoTime();
    private State state = State.PAUSING;
    private @Nullable Function<ReplyListener, Cancellable> attempts;
    private @Nullable Admission admission;
    /** The attempt that runs, or the pause before the next attempt. */
    private Cancellable underway = NOTHING;
    private Cancellable deadline = NOTHING;
    private int failed;
    private Usage usedBefore = Usage.NONE;
    private Usage usedNow = Usage.NONE;

    /** @param admissions admits one attempt, or throws the failure with which the call ends then */
    ModelCall(CallLoop loop, RetryPolicy policy, Supplier<Admission> admissions, Model model, ReplyListener listener) {
        this.loop = loop;
        this.policy = policy;
        this.admissions = admissions;
        this.model = model;
        this.listener = listener;
    }

    /** @param attempts begins one attempt, and returns the handle that cancels it */
    void start(Function<ReplyListener, Cancellable> attempts) {
        this.attempts = attempts;
        loop.run(() -> {
            deadline = loop.after(policy.total(), this::late);
            attempt();
        });
    }

    private void attempt() {
        if (state == State.OVER) {
            return;
        }
        state = State.ASKING;
        try {
            admission = admissions.get();
            Cancellable attempt = Objects.requireNonNull(attempts, "kept while nothing has come").apply(this);
            // An attempt that could not even begin has failed by now, and the pause after it may be under way.
            underway = state == State.ASKING ? attempt : underway;
        } catch (RuntimeException failure) {
            onFailure(failure);
        }
    }

    @Override
    public void onEvent(ReplyEvent event) {
        switch (event) {
            case ReplyEvent.Text _,ReplyEvent.Refusal _,ReplyEvent.Thinking _ -> tellContent(event);
            case Used used -> {
                usedNow = used.usage();
                tell(new Used(usedBefore.plus(usedNow)));
            }
            case Finished end -> tell(new Finished(end.reason(), end.rawReason(), total(end.usage()), end.responseId()));
            case ReplyEvent.Block(Content content) -> tellContent(new ReplyEvent.Block(bound(content)));
        }
    }

    private @Nullable Usage total(@Nullable Usage usage) {
        return usage == null || usedBefore.equals(Usage.NONE) ? usage : usedBefore.plus(usage);
    }

    /** Binds reasoning and opaque blocks to the provider of the configuration, because several providers share one protocol. */
    private Content bound(Content content) {
        return switch (content) {
            case Content.Thinking thinking -> new Content.Thinking(model.provider(), thinking.text(), thinking.signature());
            case Content.Opaque opaque -> new Content.Opaque(model.provider(), opaque.block());
            case Content.Text _,Content.Image _,Content.ToolCall _,Content.ToolResult _,Content.Refusal _ -> content;
        };
    }

    private void tellContent(ReplyEvent event) {
        if (state == State.ASKING) {
            state = State.ANSWERING;
            attempts = null;
            if (admission != null) {
                admission.answered();
            }
        }
        tell(event);
    }

    private void tell(ReplyEvent event) {
        if (state == State.OVER) {
            return;
        }
        try {
            listener.onEvent(event);
        } catch (Throwable broken) {
            stop(broken);
        }
    }

    @Override
    public void onCompletion() {
        if (state == State.OVER) {
            return;
        }
        leave(Admission::completed);
        end();
        try {
            listener.onCompletion();
        } catch (Throwable broken) {
            LOG.error("The end of a reply could not be taken.", broken);
        }
    }

    @Override
    public void onFailure(Throwable failure) {
        if (state == State.OVER) {
            return;
        }
        leave(left -> left.failed(failure));
        Duration pause = state == State.ANSWERING ? null : policy.pause(failure, failed, System.nanoTime() - started);
        if (pause == null) {
            end();
            tellFailure(isUnknownModel(failure) ? unknownModel() : failure);
        } else {
            pause(pause);
        }
    }

    private void pause(Duration pause) {
        state = State.PAUSING;
        failed++;
        usedBefore = usedBefore.plus(usedNow);
        usedNow = Usage.NONE;
        underway = loop.after(pause, this::attempt);
    }

    private static boolean isUnknownModel(Throwable failure) {
        return failure instanceof Failure.Provider provider && provider.code() == FailureCode.PROVIDER_MODEL_NOT_FOUND;
    }

    private Failure unknownModel() {
        return new Failure.Provider(FailureCode.PROVIDER_MODEL_NOT_FOUND, "The provider \"" + model.provider()
                + "\" does not know the model \"" + model.upstreamName() + "\". Choose another model.", false, null, null);
    }

    /** Ends the call without a word to its listener. It may come from any thread. */
    @Override
    public void cancel() {
        loop.run(this::stop);
    }

    private void late() {
        stop(ErrorClass.TIMEOUT.failure());
    }

    private void stop(Throwable why) {
        if (state != State.OVER) {
            stop();
            tellFailure(why);
        }
    }

    private void stop() {
        if (state != State.OVER) {
            leave(Admission::withdrawn);
            end();
            underway.cancel();
        }
    }

    private void leave(Consumer<Admission> how) {
        Admission left = admission;
        admission = null;
        if (left != null) {
            how.accept(left);
        }
    }

    private void end() {
        state = State.OVER;
        attempts = null;
        deadline.cancel();
    }

    private void tellFailure(Throwable failure) {
        try {
            listener.onFailure(failure);
        } catch (Throwable broken) {
            LOG.error("The failure of a reply could not be taken.", broken);
        }
    }
}
