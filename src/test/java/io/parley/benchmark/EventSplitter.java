package io.parley.benchmark;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Bytes to server-sent events, each the text between two empty lines. It knows only what the servers here send, and shares
 * nothing with what it measures.
 */
final class EventSplitter {
    private final Consumer<String> events;
    private byte[] pending = new byte[512];
    private int length;

    EventSplitter(Consumer<String> events) {
        this.events = events;
    }

    void write(Buffer chunk) {
        int size = chunk.length();
        if (pending.length < length + size) {
            pending = Arrays.copyOf(pending, Math.max(2 * pending.length, length + size));
        }
        chunk.getBytes(pending, length);
        int scanned = Math.max(0, length - 1);
        length += size;
        int from = 0;
        for (int i = scanned; i + 1 < length; i++) {
            if (pending[i] == '\n' && pending[i + 1] == '\n') {
                events.accept(new String(pending, from, i - from, StandardCharsets.UTF_8));
                from = i + 2;
                i++;
            }
        }
        System.arraycopy(pending, from, pending, 0, length - from);
        length -= from;
    }

    /** The value of a field of an event; empty if it has none. */
    static String field(String event, String name) {
        String start = name + ": ";
        int from = event.startsWith(start) ? 0 : event.indexOf("\n" + start) + 1;
        if (from == 0 && !event.startsWith(start)) {
            return "";
        }
        int to = event.indexOf('\n', from);
        return event.substring(from + start.length(), to < 0 ? event.length() : to);
    }
}
