package io.parley.sse;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** One server-sent event. Its data stays the bytes that came, as whoever reads JSON needs no text of it. */
public final class SseEvent {
    private final String type;
    private final byte[] data;
    private final String lastEventId;
    private final boolean lines;

    /**
     * An event.
     *
     * @param type {@code message} where the stream named none
     * @param data its lines, joined by a line feed
     * @param lastEventId the last id that the stream had named when it came, empty if none
     */
    public SseEvent(String type, String data, String lastEventId) {
        this(type, data.getBytes(StandardCharsets.UTF_8), lastEventId, data.indexOf('\n') >= 0);
    }

    /** @param lines whether the data has more than one line */
    SseEvent(String type, byte[] data, String lastEventId, boolean lines) {
        this.type = type;
        this.data = data;
        this.lastEventId = lastEventId;
        this.lines = lines;
    }

    /** What the stream named it, {@code message} if nothing. */
    public String type() {
        return type;
    }

    /** Its lines, joined by a line feed. */
    public String data() {
        return new String(data, StandardCharsets.UTF_8);
    }

    /** The same as it came, which should be UTF-8. Not to be changed. */
    public byte[] bytes() {
        return data;
    }

    /** Returns whether its data has more than one line. */
    public boolean hasLines() {
        return lines;
    }

    /** Whether its data begins with this character of ASCII. */
    public boolean startsWith(char first) {
        return data.length > 0 && data[0] == first;
    }

    /** The last id that the stream had named when it came, empty if none. */
    public String lastEventId() {
        return lastEventId;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SseEvent event && type.equals(event.type) && data().equals(event.data())
                && lastEventId.equals(event.lastEventId);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, data(), lastEventId);
    }

    @Override
    public String toString() {
        return "SseEvent[type=" + type + ", data=" + data() + ", lastEventId=" + lastEventId + "]";
    }
}
