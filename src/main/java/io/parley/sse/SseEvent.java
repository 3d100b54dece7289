package io.parley.sse;

/**
 * One server-sent event.
 *
 * @param type {@code message} where the stream named none
 * @param data its lines, joined by a line feed
 * @param lastEventId the last id that the stream had named when it came, empty if none
 */
public record SseEvent(String type, String data, String lastEventId) {}
