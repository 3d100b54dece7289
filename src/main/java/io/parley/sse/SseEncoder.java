package io.parley.sse;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes server-sent events. What an event carries is one line of JSON: raw text in {@code data:} loses its first space
 * and its kind of line end.
 */
public final class SseEncoder {
    private static final byte[] ID = ascii("id: ");
    private static final byte[] EVENT = ascii("event: ");
    private static final byte[] DATA = ascii("data: ");
    private static final byte[] COMMENT = ascii(": ");
    private static final byte[] RETRY = ascii("retry: ");
    private static final byte[] END = ascii("\n\n");

    private SseEncoder() {
    }

    /**
     * Writes one event.
     *
     * @param id not written where null
     * @param event its type; not written where null
     * @param oneLineJson what it carries
     * @throws IllegalArgumentException if one of them holds a line end, or the id a NUL
     */
    public static void write(Buffer to, @Nullable String id, @Nullable String event, String oneLineJson) {
        if (id != null) {
            if (id.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an event id holds no NUL");
            }
            field(to, ID, id);
        }
        if (event != null) {
            field(to, EVENT, event);
        }
        field(to, DATA, oneLineJson);
        to.appendByte((byte) '\n');
    }

    /**
     * Begins an event. The caller appends what it carries, one line of JSON in UTF-8, and then its {@link #end}.
     *
     * @throws IllegalArgumentException if its type holds a line end
     */
    public static void begin(Buffer to, long id, String event) {
        field(to, ID, Long.toString(id));
        field(to, EVENT, event);
        to.appendBytes(DATA);
    }

    /** Ends the event that was begun. */
    public static void end(Buffer to) {
        to.appendBytes(END);
    }

    /**
     * Writes an id alone, which is no event but what a client that comes back says it has seen last (WHATWG HTML, "dispatch the
     * event", step 1).
     *
     * @throws IllegalArgumentException if it holds a line end
     */
    public static void id(Buffer to, String id) {
        field(to, ID, id);
        to.appendByte((byte) '\n');
    }

    /**
     * Writes a comment, which keeps an idle connection alive and is no event.
     *
     * @throws IllegalArgumentException if it holds a line end
     */
    public static void comment(Buffer to, String text) {
        field(to, COMMENT, text);
        to.appendByte((byte) '\n');
    }

    /** Writes how long a client is to wait before it opens a broken stream again, in whole milliseconds. */
    public static void retry(Buffer to, Duration wait) {
        field(to, RETRY, Long.toString(wait.toMillis()));
        to.appendByte((byte) '\n');
    }

    private static void field(Buffer to, byte[] name, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a field of an event is one line");
        }
        to.appendBytes(name).appendString(value).appendByte((byte) '\n');
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
