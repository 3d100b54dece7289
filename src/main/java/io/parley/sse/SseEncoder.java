package io.parley.sse;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes server-sent events. What an event carries is one line of JSON: raw text in {@code data:} loses its first space
 * and its kind of line end.
 */
public final class SseEncoder {

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
            field(to, "id: ", id);
        }
        if (event != null) {
            field(to, "event: ", event);
        }
        field(to, "data: ", oneLineJson);
        to.appendByte((byte) '\n');
    }

    /**
     * Writes a comment, which keeps an idle connection alive and is no event.
     *
     * @throws IllegalArgumentException if it holds a line end
     */
    public static void comment(Buffer to, String text) {
        field(to, ": ", text);
        to.appendByte((byte) '\n');
    }

    /** Writes how long a client is to wait before it opens a broken stream again, in whole milliseconds. */
    public static void retry(Buffer to, Duration wait) {
        field(to, "retry: ", Long.toString(wait.toMillis()));
        to.appendByte((byte) '\n');
    }

    private static void field(Buffer to, String name, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new IllegalArgumentException("a field of an event is one line");
        }
        to.appendString(name).appendString(value).appendByte((byte) '\n');
    }
}
