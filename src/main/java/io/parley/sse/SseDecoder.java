package io.parley.sse;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns bytes, cut anywhere, into server-sent events, by the rules of the WHATWG HTML standard, section 9.2.
 * <p>
 * What the standard throws away is kept for whoever must know why a stream ended: the event that was pending when the
 * bytes ended ({@link #end()}), and the lines that are no field ({@link #unknownLines()}). Not for several threads.
 */
public final class SseDecoder {
    /** How large an event may be by default: one that repeats a whole reply or holds an image still fits. */
    public static final int DEFAULT_MAX_EVENT_BYTES = 16 * 1024 * 1024;
    private static final int MAX_UNKNOWN_CHARS = 64 * 1024;

    private final int maxEventBytes;
    private final Consumer<SseEvent> events;
    private byte[] carried = new byte[512];
    private int carriedLength;
    private boolean atStart = true;
    private boolean skipLineFeed;
    private long eventBytes;
    private @Nullable String type;
    private @Nullable String data;
    private @Nullable StringBuilder moreData;
    private String idBuffer = "";
    private String lastEventId = "";
    private OptionalLong retry = OptionalLong.empty();
    private final StringBuilder unknown = new StringBuilder();

    /**
     * A decoder at the start of a stream.
     *
     * @param maxEventBytes most bytes between two empty lines, whatever they are
     * @param events is given each event within {@link #write}
     */
    public SseDecoder(int maxEventBytes, Consumer<SseEvent> events) {
        this.maxEventBytes = maxEventBytes;
        this.events = events;
    }

    /**
     * Takes the next bytes.
     *
     * @throws SseTooLargeException if an event passes the limit; nothing more can be decoded then
     */
    public void write(Buffer chunk) {
        byte[] bytes = chunk.getBytes();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b != '\n' && b != '\r') {
                continue;
            }
            if (b == '\n' && skipLineFeed && i == from && carriedLength == 0) {
                skipLineFeed = false;
            } else {
                endLine(bytes, from, i);
                skipLineFeed = b == '\r';
            }
            from = i + 1;
        }
        if (from < bytes.length) {
            skipLineFeed = false;
            carry(bytes, from, bytes.length);
        }
    }

    /**
     * Says that no more bytes come.
     *
     * @return the event that had begun and that the standard discards, for the lack of its empty line; null if none had
     */
    public @Nullable SseEvent end() {
        if (carriedLength > 0) {
            endLine(new byte[0], 0, 0);
        }
        String pending = joinedData();
        return pending == null ? null : new SseEvent(typeOrDefault(), pending, idBuffer);
    }

    /** The time in milliseconds after which the stream wants to be opened again, if it said so. */
    public OptionalLong retry() {
        return retry;
    }

    /** The id that stood at the last empty line, empty if none was given. */
    public String lastEventId() {
        return lastEventId;
    }

    /** Lines whose field name means nothing, joined by line feeds: the first 64 Ki characters of them. */
    public String unknownLines() {
        return unknown.toString();
    }

    private void carry(byte[] bytes, int from, int to) {
        int length = to - from;
        count(length);
        if (carried.length - carriedLength < length) {
            carried = Arrays.copyOf(carried, Math.max(carried.length * 2, carriedLength + length));
        }
        System.arraycopy(bytes, from, carried, carriedLength, length);
        carriedLength += length;
    }

    private void endLine(byte[] bytes, int from, int to) {
        if (carriedLength == 0) {
            count(to - from + 1);
            line(bytes, from, to);
            return;
        }
        carry(bytes, from, to);
        int length = carriedLength;
        carriedLength = 0;
        count(1);
        line(carried, 0, length);
    }

    private void count(int bytes) {
        eventBytes += bytes;
        if (eventBytes > maxEventBytes) {
            throw new SseTooLargeException(maxEventBytes);
        }
    }

    private void line(byte[] bytes, int start, int to) {
        int from = start;
        if (atStart) {
            atStart = false;
            from += startsWithByteOrderMark(bytes, from, to) ? 3 : 0;
        }
        if (from == to) {
            dispatch();
        } else if (bytes[from] != ':') {
            field(bytes, from, to);
        }
    }

    private static boolean startsWithByteOrderMark(byte[] bytes, int from, int to) {
        return to - from >= 3 && bytes[from] == (byte) 0xEF && bytes[from + 1] == (byte) 0xBB
                && bytes[from + 2] == (byte) 0xBF;
    }

    private void field(byte[] bytes, int from, int to) {
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        int value = colon < to ? colon + 1 : to;
        if (value < to && bytes[value] == ' ') {
            value++;
        }
        switch (name(bytes, from, colon)) {
            case "data" -> append(text(bytes, value, to));
            case "event" -> type = text(bytes, value, to);
            case "id" -> id(text(bytes, value, to));
            case "retry" -> retry(text(bytes, value, to));
            default -> keepUnknown(bytes, from, to);
        }
    }

    private static String name(byte[] bytes, int from, int to) {
        return to - from > 5 ? "" : text(bytes, from, to);
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private void append(String line) {
        if (data == null) {
            data = line;
            return;
        }
        if (moreData == null) {
            moreData = new StringBuilder(data);
        }
        moreData.append('\n').append(line);
    }

    private void id(String value) {
        if (value.indexOf('\0') < 0) {
            idBuffer = value;
        }
    }

    private void retry(String value) {
        boolean isNumber = !value.isEmpty() && value.length() <= 18 && value.chars().allMatch(c -> c >= '0' && c <= '9');
        if (isNumber) {
            retry = OptionalLong.of(Long.parseLong(value));
        }
    }

    private void keepUnknown(byte[] bytes, int from, int to) {
        int room = MAX_UNKNOWN_CHARS - unknown.length() - 1;
        if (room > 0) {
            unknown.append(text(bytes, from, Math.min(to, from + room))).append('\n');
        }
    }

    private void dispatch() {
        lastEventId = idBuffer;
        String complete = joinedData();
        String completeType = typeOrDefault();
        type = null;
        data = null;
        moreData = null;
        eventBytes = 0;
        if (complete != null) {
            events.accept(new SseEvent(completeType, complete, lastEventId));
        }
    }

    private @Nullable String joinedData() {
        return moreData == null ? data : moreData.toString();
    }

    private String typeOrDefault() {
        return type == null || type.isEmpty() ? "message" : type;
    }
}
