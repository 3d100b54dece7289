package io.parley.stream;

import java.util.ArrayList;
import java.util.List;

/**
 * The newest events of a log, those that are not known to be stored; some of them may be on their way. Not for concurrent use.
 */
final class UnstoredEvents {
    private final List<NumberedEvent> events = new ArrayList<>();
    private int sent;
    private int bytes;
    private long oldestNanos;
    private long oldestUnsentNanos;

    /** Adds an event at a time by {@code System.nanoTime()}. */
    void add(NumberedEvent event, long now) {
        if (events.isEmpty()) {
            oldestNanos = now;
        }
        if (events.size() == sent) {
            oldestUnsentNanos = now;
        }
        events.add(event);
        bytes += event.bytes();
    }

    /** All of them are on their way to the store now. */
    List<NumberedEvent> send() {
        sent = events.size();
        return all();
    }

    /** Those that were on their way are stored. */
    void stored() {
        List<NumberedEvent> done = events.subList(0, sent);
        bytes -= done.stream().mapToInt(NumberedEvent::bytes).sum();
        done.clear();
        sent = 0;
        oldestNanos = oldestUnsentNanos;
    }

    /** Nobody knows whether those that were on their way are stored. */
    void notStored() {
        sent = 0;
        oldestUnsentNanos = oldestNanos;
    }

    List<NumberedEvent> all() {
        return List.copyOf(events);
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    int count() {
        return events.size();
    }

    int bytes() {
        return bytes;
    }

    /** How long the oldest of them has not been stored; 0 if there is none. */
    long ageNanos(long now) {
        return events.isEmpty() ? 0 : now - oldestNanos;
    }
}
