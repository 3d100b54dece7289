package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.MessageId;
import io.parley.conversation.SessionId;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is tried after a call has failed before it said anything, and remembers what was tried at the present model.
 * Only for the turn's event loop.
 */
final class Remedies {
    /** How often a context that the provider refuses as too long is cut further, before the turn is given up. */
    private static final int MOST_SHORTENINGS = 4;
    /** From this part of the window on, a refusal that gives no reason may mean that the context is too long. */
    private static final double NEAR_THE_WINDOW = 0.8;
    private final PlainRefusals refusals;
    private final AcceptedSizes accepted;
    private final SessionId session;
    private int shortened;
    private boolean guessed;
    private boolean plain;
    private @Nullable MessageId refused;

    Remedies(PlainRefusals refusals, AcceptedSizes accepted, SessionId session) {
        this.refusals = refusals;
        this.accepted = accepted;
        this.session = session;
    }

    /** What to try. */
    enum Remedy {
        /** The same model with less context. */
        SHORTER,
        /** The same model with the same context in text only. */
        PLAIN,
        /** Another model. */
        NEXT_MODEL
    }

    /**
     * The next step after a provider's refusal of a context that was sent.
     *
     * @param sent the context that was refused
     * @param plainDiffers whether a call in text only would be another one
     */
    Remedy after(Failure.Provider refusal, ChosenContext sent, BooleanSupplier plainDiffers) {
        String model = sent.scale().model().name();
        if (refusal.code() == FailureCode.CONTEXT_TOO_LONG && shortened < MOST_SHORTENINGS) {
            shortened++;
            return Remedy.SHORTER;
        }
        if (refusal.code() != FailureCode.PROVIDER_REJECTED) {
            return Remedy.NEXT_MODEL;
        }
        if (!guessed && isPerhapsTooLong(sent)) {
            guessed = true;
            return Remedy.SHORTER;
        }
        if (!plain && refusals.mayTry(session, model) && plainDiffers.getAsBoolean()) {
            plain = true;
            return Remedy.PLAIN;
        }
        if (plain) {
            refusals.note(session, model);
        }
        return Remedy.NEXT_MODEL;
    }

    /** Servers know many ways to say that a context is too long, and some of them give no reason. */
    private boolean isPerhapsTooLong(ChosenContext sent) {
        return sent.sentTokens() >= NEAR_THE_WINDOW * sent.room().window()
                && accepted.isNew(sent.scale().model().name(), sent.sentTokens());
    }

    /** The model has taken this context. */
    void taken(ChosenContext sent) {
        accepted.note(sent.scale().model().name(), sent.sentTokens());
    }

    /** Whether calls are made in text only. */
    boolean isPlain() {
        return plain;
    }

    /** Begins anew with another model. */
    void reset() {
        shortened = 0;
        guessed = false;
        plain = false;
        refused = null;
    }

    /** Remembers the message that a provider has refused, if it named one. */
    void refused(@Nullable MessageId message) {
        refused = refused == null ? message : refused;
    }

    /** The failure as it is told: one that names the message at fault, where that is known. */
    Failure.Provider told(Failure.Provider refusal) {
        return refused == null || refusal.code() != FailureCode.PROVIDER_REJECTED ? refusal
                : refusal.withDetail("The provider refused message " + refused
                        + " of this conversation. Change or remove the message, or choose another model.");
    }
}
