package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.MessageId;
import io.parley.conversation.SessionId;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides the next attempt after a call has failed before its first content, and remembers the attempts with the current model.
 * Only the turn's event loop calls it.
 */
final class Remedies {
    /** How often Parley cuts a context that the provider refuses as too long, before it gives up the model. */
    private static final int MOST_SHORTENINGS = 4;
    /** If a context takes this part of the window, a refusal without a reason may mean that it is too long. */
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

    /** The next attempt. */
    enum Remedy {
        /** The same model with less context. */
        SHORTER,
        /** The same model with the same context in text only. */
        PLAIN,
        /** Another model. */
        NEXT_MODEL
    }

    /**
     * Returns the next attempt after a provider has refused a context.
     *
     * @param sent the context that was refused
     * @param plainDiffers whether a call in text only would differ from the refused call
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

    /** Guesses whether the context is too long, because some servers refuse one in unknown words or without a reason. */
    private boolean isPerhapsTooLong(ChosenContext sent) {
        return sent.sentTokens() >= NEAR_THE_WINDOW * sent.room().window()
                && accepted.isNew(sent.scale().model().name(), sent.sentTokens());
    }

    /** Notes that the model has accepted this context. */
    void taken(ChosenContext sent) {
        accepted.note(sent.scale().model().name(), sent.sentTokens());
    }

    /** Returns whether calls are made in text only. */
    boolean isPlain() {
        return plain;
    }

    /** Forgets the attempts, because another model is used from now on. */
    void reset() {
        shortened = 0;
        guessed = false;
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
