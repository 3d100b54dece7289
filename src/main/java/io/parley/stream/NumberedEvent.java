package io.parley.stream;

/**
 * An event with its place in the turn's log.
 *
 * @param id rises within the turn from 1 on, may skip, is never reused
 * @param bytes roughly its size on the wire, measured once
 */
public record NumberedEvent(long id, TurnEvent event, int bytes) {

    /** An event that is measured now. */
    public NumberedEvent(long id, TurnEvent event) {
        this(id, event, EventSize.of(event));
    }
}
