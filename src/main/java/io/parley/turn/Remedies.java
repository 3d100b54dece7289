package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.conversation.Failure;
import io.parley.conversation.Failure.Refusal;
import io.parley.conversation.FailureCode;
import io.parley.conversation.MessageId;
import io.parley.conversation.SessionId;
import io.parley.provider.CallForm;
import io.parley.provider.Model;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Decides the next attempt after a call has failed before its first content, and remembers the attempts with the current model.
 * Only the turn's event loop calls it.
 */
final class Remedies {
    private static final Logger LOG = Logger.getLogger(Remedies.class);
    /** How often Parley cuts a context that the provider refuses as too long, before it gives up the model. */
    private static final int MOST_SHORTENINGS = 4;
    /** If a context takes this part of the window, a refusal without a reason may mean that it is too long. */
    private static final double NEAR_THE_WINDOW = 0.8;
    private final ModelHabits habits;
    private final SessionId session;
    private int shortened;
    private boolean guessed;
    private boolean reasoning;
    /** Whether the current model gets the reasoning because of an earlier turn; null before its first call. */
    private @Nullable Boolean wished;
    private boolean disproved;
    private boolean plain;
    private @Nullable MessageId refused;

    Remedies(ModelHabits habits, SessionId session) {
        this.habits = habits;
        this.session = session;
    }

    /** The next attempt. */
    enum Remedy {
        /** The same model with less context. */
        SHORTER,
        /** The same model with the same context, and the reasoning that the provider wants back. */
        REASONING,
        /** The same model with the same context, without the reasoning that the model wanted in an earlier turn. */
        USUAL,
        /** The same model with the same context in text only. */
        PLAIN,
        /** Another model. */
        NEXT_MODEL
    }

    /**
     * Returns the next attempt after a provider has refused a context.
     *
     * @param sent the context that was refused
     * @param worthTrying whether a call in another form would differ from the refused call and answer the same input
     */
    Remedy after(Failure.Provider refusal, ChosenContext sent, Predicate<CallForm> worthTrying) {
        if (refusal.code() == FailureCode.CONTEXT_TOO_LONG && shortened < MOST_SHORTENINGS) {
            shortened++;
            return Remedy.SHORTER;
        }
        if (refusal.code() != FailureCode.PROVIDER_REJECTED) {
            return Remedy.NEXT_MODEL;
        }
        Remedy other = otherReasoning(refusal, sent, worthTrying);
        if (other != null) {
            return other;
        }
        if (!guessed && isPerhapsTooLong(sent)) {
            guessed = true;
            return Remedy.SHORTER;
        }
        return plainOrNext(refusal, sent, worthTrying);
    }

    /** Returns the attempt with reasoning instead of without it, or without it instead of with it; null if neither may help. */
    private @Nullable Remedy otherReasoning(Failure.Provider refusal, ChosenContext sent, Predicate<CallForm> worthTrying) {
        if (plain || reasoning) {
            return null;
        }
        boolean wanted = wantsReasoning(refusal);
        if (Boolean.TRUE.equals(wished)) {
            if (wanted || !worthTrying.test(CallForm.USUAL)) {
                return null;
            }
            wished = false;
            disproved = true;
            habits.refusesReasoning(sent.scale().model().name());
            log(refusal, sent, "sent again without the reasoning of the model");
            return Remedy.USUAL;
        }
        if (!wanted || disproved || !worthTrying.test(CallForm.WITH_REASONING)) {
            return null;
        }
        reasoning = true;
        log(refusal, sent, "sent again with the reasoning of the model");
        return Remedy.REASONING;
    }

    private Remedy plainOrNext(Failure.Provider refusal, ChosenContext sent, Predicate<CallForm> worthTrying) {
        String model = sent.scale().model().name();
        if (!plain && habits.mayTryText(session, model) && worthTrying.test(CallForm.PLAIN)) {
            plain = true;
            log(refusal, sent, "told in text only");
            return Remedy.PLAIN;
        }
        if (plain) {
            habits.refusedInText(session, model);
        }
        return Remedy.NEXT_MODEL;
    }

    private static boolean wantsReasoning(Failure.Provider refusal) {
        Refusal said = refusal.refusal();
        return said != null && said.wantsReasoning();
    }

    /**
     * Logs the refusal and the remedy. The client gets a reply, so only the log can tell the operator what the provider
     * requires.
     */
    private void log(Failure.Provider refusal, ChosenContext sent, String remedy) {
        Model model = sent.scale().model();
        Refusal said = refusal.refusal();
        LOG.warnf("Provider %s refuses the history of session %s for model %s, so it is %s. %s The provider says: %s",
                model.provider(), session, model.name(), remedy, refusal.detail(), said == null ? "nothing" : said.words());
    }

    /** Guesses whether the context is too long, because some servers refuse one in unknown words or without a reason. */
    private boolean isPerhapsTooLong(ChosenContext sent) {
        return sent.sentTokens() >= NEAR_THE_WINDOW * sent.room().window()
                && habits.isLongest(sent.scale().model().name(), sent.sentTokens());
    }

    /** Notes that the model has accepted this context. */
    void taken(ChosenContext sent) {
        habits.accepted(sent.scale().model().name(), sent.sentTokens());
        if (reasoning && !plain) {
            habits.wantsReasoning(sent.scale().model().name());
        }
    }

    /**
     * Returns the form in which calls to a model are made. It does not change while another turn learns, because a refusal must
     * be judged by the form that was sent.
     */
    CallForm form(Model model) {
        if (plain) {
            return CallForm.PLAIN;
        }
        if (wished == null) {
            wished = habits.isReasoningWanted(model.name());
        }
        return reasoning || wished ? CallForm.WITH_REASONING : CallForm.USUAL;
    }

    /** Forgets the attempts, because another model is used from now on. */
    void reset() {
        shortened = 0;
        guessed = false;
        reasoning = false;
        wished = null;
        disproved = false;
        plain = false;
        refused = null;
    }

    /** Remembers the message that a provider has refused, if the refusal named one. */
    void refused(@Nullable MessageId message) {
        refused = refused == null ? message : refused;
    }

    /** Returns the failure for the client. It names the refused message if Parley knows it. */
    Failure.Provider told(Failure.Provider refusal) {
        return refused == null || refusal.code() != FailureCode.PROVIDER_REJECTED ? refusal
                : refusal.withDetail("The provider refused message " + refused
                        + " of this conversation. Change or remove the message, or choose another model.");
    }
}
