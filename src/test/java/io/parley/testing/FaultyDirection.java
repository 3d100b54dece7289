package io.parley.testing;

import io.parley.testing.Toxics.Passing;
import java.time.Duration;

/** The toxics of one direction of a {@link FaultProxy}; changing them wakes whoever waits because of the old ones. */
final class FaultyDirection {
    private volatile Toxics toxics = Toxics.NONE;

    Toxics toxics() {
        return toxics;
    }

    synchronized void set(Toxics now) {
        toxics = now;
        notifyAll();
    }

    /** Waits until something passes, or is lost. */
    synchronized void awaitFlow() {
        try {
            while (toxics.passing() == Passing.HELD) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a time, or until the toxics change. */
    synchronized void pause(Duration time) {
        Toxics before = toxics;
        long end = System.nanoTime() + time.toNanos();
        try {
            for (long left = time.toNanos(); left > 0 && toxics == before; left = end - System.nanoTime()) {
                wait(left / 1_000_000, (int) (left % 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
