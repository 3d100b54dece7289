package io.parley.stream;

/**
 * An event with its place in the turn's log.
 *
 * @param id rises within the turn from 1 on, may skip, is never reused
 */
public record NumberedEvent(long id, TurnEvent event) {}
