package io.parley.conversation;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Limits the lines that one fault writes into the log when it happens thousands of times at once. After a line it suppresses
 * further lines for a time. The next line states how many lines were suppressed.
 */
public final class Burst {
    private final long silenceNanos;
    private boolean silent;
    private long toldNanos;
    private int untold;

    /** @param silence how long lines are suppressed after a written line */
    public Burst(Duration silence) {
        this.silenceNanos = silence.toNanos();
    }

    /** Returns how many lines were suppressed before this one; empty if this one must be suppressed too. */
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
