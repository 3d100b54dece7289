package io.parley.store;

import java.util.concurrent.TimeUnit;

/**
 * When the next connection may be tried: at once after one that was of use for a while, else after a pause that doubles, so
 * that a server that refuses whatever it is asked is not met with connection after connection. Not for several threads at
 * once.
 */
final class ConnectPause {
    private static final long FIRST_MILLIS = 20;
    private static final long LONGEST_MILLIS = 1000;
    private long millis;
    private long notBefore = System.nanoTime();

    boolean isOver() {
        return System.nanoTime() - notBefore >= 0;
    }

    /** An attempt has failed. */
    void failed() {
        millis = Math.clamp(millis * 2, FIRST_MILLIS, LONGEST_MILLIS);
        notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** A connection that has lasted so long is there no more. */
    void lost(long nanos) {
        if (nanos < TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS)) {
            failed();
        } else {
            millis = 0;
        }
    }
}
