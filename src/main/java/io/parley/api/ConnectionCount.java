package io.parley.api;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/** Counts the open connections of one port and refuses those that are more than its bound. Safe for all event loops. */
final class ConnectionCount {
    private static final Logger LOG = Logger.getLogger(ConnectionCount.class);
    private final int most;
    private final String whose;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicBoolean isFull = new AtomicBoolean();

    /**
     * Creates the count of a port without connections.
     *
     * @param most the most connections that may be open at one time
     * @param whose the words of the log line that follow "There are N connections of", such as {@code clients, as many as x}
     */
    ConnectionCount(int most, String whose) {
        this.most = most;
        this.whose = whose;
    }

    /** Counts a new connection and returns true; returns false, and logs one line, if there are as many as may be. */
    boolean take() {
        if (open.incrementAndGet() <= most) {
            return true;
        }
        int count = open.decrementAndGet();
        if (isFull.compareAndSet(false, true)) {
            LOG.warnf("There are %d connections of %s allows. Parley closes further ones.", count, whose);
        }
        return false;
    }

    /** Notes that a counted connection has ended. */
    void leave() {
        if (open.decrementAndGet() <= most / 2 && isFull.get()) {
            // The connections have gone down, so the next time that they are full gets a log line of its own.
            isFull.set(false);
        }
    }
}
