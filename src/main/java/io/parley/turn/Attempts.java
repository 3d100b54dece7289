package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.Usage;
import io.parley.provider.CallForm;
import io.parley.provider.ChatCall;
import io.parley.provider.Model;
import io.parley.turn.Opening.Opened;
import io.parley.usage.Spending;
import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of a turn to get a reply. The chosen model comes first. After a failure without content the same model may be
 * asked otherwise; then the session's fallbacks follow, each once and in their order. It also keeps the
 * usage of the failed models. Only the turn's event loop calls it.
 */
final class Attempts {
    private static final Logger LOG = Logger.getLogger(Attempts.class);
    /** The connection of a failed call is being closed. A call that follows at once could still be given that connection. */
    private static final long CLOSE_MILLIS = 20;
    private final TurnWork work;
    private final Opened opened;
    private final TurnOptions options;
    private final Remedies remedies;
    private final Deque<Model> fallbacks = new ArrayDeque<>();
    private TurnPreparation current;
    private @Nullable SentContext context;
    private Spending spent = Spending.NOTHING;
    private @Nullable Failure passing;

    Attempts(TurnWork work, Opened opened, TurnOptions options) {
        this.work = work;
        this.opened = opened;
        this.options = options;
        this.remedies = new Remedies(work.habits, opened.turn().session());
        SessionSettings settings = opened.session().settings();
        this.current = new TurnPreparation(work, opened, Settled.of(work.rules, settings, options));
        work.rules.fallbacks(settings).stream()
                .filter(model -> !model.name().equals(current.model().name())).distinct().forEach(fallbacks::add);
    }

    /** The next attempt after a failed one. */
    sealed interface Next {

        /** Another context of the same model, or the first context of the next model. */
        record Choose(Uni<ChosenContext> choice) implements Next {}

        /** The same model with the same context in another form. */
        record Ask(ChosenContext chosen) implements Next {}

        /** None: the turn fails. */
        record GiveUp(Throwable failure) implements Next {}
    }

    /** Returns the model that is asked. */
    Model model() {
        return current.model();
    }

    /** Returns whether model and policies are the session's own, so that the next turn goes on from what this turn sends. */
    boolean isOfSession() {
        return current.isOfSession();
    }

    /** Returns the usage of the failed models. */
    Spending spent() {
        return spent;
    }

    /** Returns the context that the current model was sent last, or null before its first call. */
    @Nullable
    SentContext context() {
        return context;
    }

    /** Chooses the context for the current model's first call. */
    Uni<ChosenContext> choice() {
        return Uni.createFrom().deferred(current::context);
    }

    /** Notes that a context is sent in the present form; returns it as listeners are told. */
    SentContext sending(ChosenContext chosen) {
        SentContext sent = current.sent(chosen, form());
        context = sent;
        return sent;
    }

    /**
     * Returns the call that sends a context in the present form.
     *
     * @param place takes the room that the images need
     */
    Uni<ChatCall> call(ChosenContext chosen, ImageRoom.Place place) {
        return current.call(chosen, form(), place);
    }

    private CallForm form() {
        return remedies.form(current.model());
    }

    /** Notes that the model has answered the context that it was sent last. */
    void answered() {
        if (context != null) {
            remedies.taken(context.chosen());
        }
    }

    /**
     * Decides the next attempt.
     *
     * @param draft of the failed attempt, which has brought no content
     */
    Next after(Throwable failure, ReplyDraft draft) {
        return context != null && failure instanceof Failure.Provider refusal
                ? otherwise(context.chosen(), refusal, draft)
                : otherModel(failure, draft);
    }

    private Next otherwise(ChosenContext sent, Failure.Provider refusal, ReplyDraft draft) {
        TurnPreparation asked = current;
        CallForm form = form();
        remedies.refused(asked.refused(sent, form, refusal));
        return switch (remedies.after(refusal, sent, other -> asked.isWorthTrying(sent, form, other))) {
            case SHORTER -> new Next.Choose(Uni.createFrom().deferred(() -> asked.shorter(sent, refusal)));
            case REASONING, USUAL, PLAIN -> new Next.Ask(sent);
            case NEXT_MODEL -> otherModel(remedies.told(refusal), draft);
        };
    }

    private Next otherModel(Throwable failure, ReplyDraft draft) {
        if (!(failure instanceof Failure known) || !isOfModel(known) || fallbacks.isEmpty()) {
            return new Next.GiveUp(toTell(failure));
        }
        passing = known.retryable() ? known : passing;
        Usage used = draft.usage();
        spent = used == null ? spent : spent.plus(current.model(), used);
        Model next = fallbacks.remove();
        LOG.infof("Turn %s of session %s: after %s of model %s, the turn goes on with model %s.", opened.turn().id(),
                opened.turn().session(), known.code(), current.model().name(), next.name());
        current = new TurnPreparation(work, opened,
                Settled.of(work.rules, opened.session().settings(), options).with(next));
        context = null;
        remedies.reset();
        return new Next.Choose(closed().chain(this::choice));
    }

    private Uni<Void> closed() {
        return Uni.createFrom().emitter(emitter -> {
            long timer = work.vertx.setTimer(CLOSE_MILLIS, _ -> emitter.complete(null));
            emitter.onTermination(() -> work.vertx.cancelTimer(timer));
        });
    }

    /**
     * Returns whether another model may answer. A second provider does not get an input that the first one's filter refused.
     * Parley does not pay again for an answer that has come. No model can help if Parley itself failed.
     */
    private static boolean isOfModel(Failure failure) {
        return failure.code() == FailureCode.PROVIDER_UNAVAILABLE
                || (failure instanceof Failure.Provider known && known.code() != FailureCode.CONTENT_FILTERED
                        && !known.answered());
    }

    /** Returns the failure to tell if the last model has failed too: a failure that may pass comes before any other. */
    Throwable toTell(Throwable last) {
        return passing != null && last instanceof Failure.Provider known && !known.retryable() ? passing : last;
    }
}
