package io.parley.sse;

/** Takes the events of a stream, in their order. */
@FunctionalInterface
public interface SseListener {

    /** Takes an event that {@link #onData} did not take. */
    void onEvent(SseEvent event);

    /**
     * Is offered the data of an event with one line of data, before an event is made of it. Most events of a stream are like
     * the event before, and then a listener need not copy them.
     *
     * @param type {@code message} where the stream named none
     * @param bytes holds the data from {@code from} up to {@code to}; another event may stand there later
     * @return whether the event was taken; false if it has had no effect
     */
    default boolean onData(String type, byte[] bytes, int from, int to) {
        return false;
    }
}
