package io.parley.provider;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Bounds how many attempts run at one provider at a time. Thread-safe, as all event loops share it. */
final class CallSlots {
    private static final Duration WAIT_WHEN_FULL = Duration.ofSeconds(1);

    private final String provider;
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    CallSlots(String provider, int most) {
        this.provider = provider;
        this.most = most;
    }

    /**
     * Takes a slot.
     *
     * @throws Failure.Unavailable if all are taken
     */
    void take() {
        if (taken.incrementAndGet() > most) {
            giveBack();
            throw new Failure.Unavailable(FailureCode.PROVIDER_UNAVAILABLE,
                    "Too many calls to the provider \"" + provider + "\" are running. Try again.", WAIT_WHEN_FULL, null);
        }
    }

    /** Gives back a slot that was taken. */
    void giveBack() {
        taken.decrementAndGet();
    }

    /** Returns how many slots are taken. */
    int taken() {
        return taken.get();
    }
}
