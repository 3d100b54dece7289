package io.parley.stream;

import java.util.ArrayList;
import java.util.List;

/**
 * The newest events of a log, kept in memory: those not stored yet, and of the stored ones at least {@value #KEEP} when
 * there are as many. The rest is read from the store by a listener that is so far behind. Not for concurrent use.
 */
final class RecentEvents {
    private static final int KEEP = 512;
    private final List<NumberedEvent> events = new ArrayList<>();
    private long forgottenId;

    /** Of a log that begins after an id. */
    RecentEvents(long after) {
        this.forgottenId = after;
    }

    void add(NumberedEvent event) {
        events.add(event);
    }

    /** The newest event; there must be one. */
    NumberedEvent last() {
        return events.getLast();
    }

    /** All events up to this id are stored and may be forgotten. */
    void forgetUpTo(long storedId) {
        int stored = indexAfter(storedId);
        if (stored > 2 * KEEP) {
            int forgotten = stored - KEEP;
            forgottenId = events.get(forgotten - 1).id();
            events.subList(0, forgotten).clear();
        }
    }

    /** The highest id that is not in memory any more. */
    long forgottenId() {
        return forgottenId;
    }

    /** The events after one id, up to another, at most some {@value Cursor#PAGE_BYTES} bytes of them. */
    List<NumberedEvent> between(long after, long upTo) {
        // What was read from the store can be beyond what is shown here yet.
        int from = indexAfter(after);
        return List.copyOf(page(events.subList(from, Math.max(from, indexAfter(upTo)))));
    }

    /** The first of these events, at most some {@value Cursor#PAGE_BYTES} bytes of them. */
    static List<NumberedEvent> page(List<NumberedEvent> events) {
        int to = 0;
        int bytes = 0;
        while (to < events.size() && bytes < Cursor.PAGE_BYTES) {
            bytes += events.get(to).bytes();
            to++;
        }
        return events.subList(0, to);
    }

    private int indexAfter(long id) {
        int low = 0;
        int high = events.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (events.get(middle).id() <= id) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
