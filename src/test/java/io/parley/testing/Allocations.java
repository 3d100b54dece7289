package io.parley.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures the memory that a thread asks for, however long that takes and whenever it is collected. */
public final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 5;

    private Allocations() {
    }

    /**
     * Bytes that one of many equal steps takes, in the best of several rounds: what is only loaded or compiled once is not part
     * of it.
     *
     * @param round does so many steps
     */
    public static long bytesPerStep(int steps, Runnable round) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            round.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least / steps;
    }
}
