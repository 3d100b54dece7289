package io.parley.conversation;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Thins out lines of the log: one fault may happen to thousands at once, and is told once. After a time of silence the next
 * line says how many were not told.
 */
public final class Burst {
    private final long silenceNanos;
    private boolean silent;
    private long toldNanos;
    private int untold;

    /** @param silence how long nothing more is told after a line */
    public Burst(Duration silence) {
        this.silenceNanos = silence.toNanos();
    }

    /** Whether to tell of this one: how many before it were not told; empty for one that is not told. */
    public synchronized OptionalInt next() {
        if (silent && System.nanoTime() - toldNanos < silenceNanos) {
            untold++;
            return OptionalInt.empty();
        }
        OptionalInt before = OptionalInt.of(untold);
        silent = true;
        toldNanos = System.nanoTime();
        untold = 0;
        return before;
    }
}
