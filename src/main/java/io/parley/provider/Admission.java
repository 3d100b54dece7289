package io.parley.provider;

import io.parley.conversation.Failure;

/**
 * The admission of one attempt: a slot at its provider until the attempt is over, and a verdict on its model. Each of the two
 * is given back once, however the attempt ends. Not for several threads.
 */
final class Admission {
    private final CallSlots slots;
    private final ModelBreaker.Verdict verdict;
    private boolean over;

    private Admission(CallSlots slots, ModelBreaker.Verdict verdict) {
        this.slots = slots;
        this.verdict = verdict;
    }

    /**
     * Admits an attempt.
     *
     * @throws Failure.Unavailable if too many attempts run, or if the model is not called for a while
     */
    static Admission of(CallSlots slots, ModelBreaker breaker) {
        slots.take();
        try {
            return new Admission(slots, breaker.admit());
        } catch (Failure.Unavailable open) {
            slots.giveBack();
            throw open;
        }
    }

    /** The model has begun to answer. */
    void answered() {
        verdict.succeeded();
    }

    /** The attempt has ended with a whole reply. */
    void completed() {
        leave();
        verdict.succeeded();
    }

    /** The attempt has failed. */
    void failed(Throwable failure) {
        leave();
        verdict.failed(failure);
    }

    /** The attempt was given up, which says nothing of the model. */
    void withdrawn() {
        leave();
        verdict.withdrawn();
    }

    private void leave() {
        if (!over) {
            over = true;
            slots.giveBack();
        }
    }
}
