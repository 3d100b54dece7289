package io.parley.sse;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
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
    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID = "id".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RETRY = "retry".getBytes(StandardCharsets.US_ASCII);

    private final int maxEventBytes;
    private final SseListener events;
    /** The line that has begun, and behind it what is looked at; as long as the longest line needs it. */
    private byte[] bytes = new byte[512];
    private int length;
    private boolean atStart = true;
    private boolean skipLineFeed;
    private long eventBytes;
    private String namedType = "";
    private @Nullable String type;
    /** The first line of data, where it stands in {@link #bytes}; no line if the end is negative. */
    private int dataFrom;
    private int dataTo = -1;
    /** The same once it can no longer stand there. */
    private byte @Nullable [] data;
    private @Nullable ByteArrayOutputStream moreData;
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
    public SseDecoder(int maxEventBytes, SseListener events) {
        this.maxEventBytes = maxEventBytes;
        this.events = events;
    }

    /**
     * Takes the next bytes.
     *
     * @throws SseTooLargeException if an event passes the limit; nothing more can be decoded then
     */
    public void write(Buffer chunk) {
        int to;
        for (int from = 0; from < chunk.length(); from = to) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * length);
            }
            to = Math.min(chunk.length(), from + bytes.length - length);
            chunk.getBytes(from, to, bytes, length);
            length += to - from;
            lines(length - (to - from));
        }
    }

    private void lines(int begin) {
        int from = 0;
        for (int to = lineEnd(bytes, begin, length); to < length; to = lineEnd(bytes, from, length)) {
            boolean carriageReturn = bytes[to] == '\r';
            boolean secondHalf = skipLineFeed && to == from && !carriageReturn;
            if (!secondHalf) {
                endLine(from, to);
            }
            skipLineFeed = carriageReturn;
            from = to + 1;
        }
        keepData();
        length -= from;
        if (from > 0) {
            System.arraycopy(bytes, from, bytes, 0, length);
        }
        limit(eventBytes + length);
    }

    private static int lineEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    /**
     * Says that no more bytes come.
     *
     * @return the event that had begun and that the standard discards, for the lack of its empty line; null if none had
     */
    public @Nullable SseEvent end() {
        if (length > 0) {
            endLine(0, length);
            length = 0;
        }
        keepData();
        byte[] pending = joinedData();
        return pending == null ? null : new SseEvent(typeOrDefault(), pending, idBuffer, moreData != null);
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

    private void endLine(int from, int to) {
        eventBytes += to - from + 1;
        limit(eventBytes);
        line(from, to);
    }

    private void limit(long event) {
        if (event > maxEventBytes) {
            throw new SseTooLargeException(maxEventBytes);
        }
    }

    private void line(int start, int to) {
        int from = start;
        if (atStart) {
            atStart = false;
            from += startsWithByteOrderMark(from, to) ? 3 : 0;
        }
        if (from == to) {
            dispatch();
        } else if (bytes[from] != ':') {
            field(from, to);
        }
    }

    private boolean startsWithByteOrderMark(int from, int to) {
        return to - from >= 3 && bytes[from] == (byte) 0xEF && bytes[from + 1] == (byte) 0xBB
                && bytes[from + 2] == (byte) 0xBF;
    }

    private void field(int from, int to) {
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        int value = colon < to ? colon + 1 : to;
        if (value < to && bytes[value] == ' ') {
            value++;
        }
        if (is(DATA, from, colon)) {
            append(value, to);
        } else if (is(EVENT, from, colon)) {
            type = type(value, to);
        } else if (is(ID, from, colon)) {
            id(text(value, to));
        } else if (is(RETRY, from, colon)) {
            retry(text(value, to));
        } else {
            keepUnknown(from, to);
        }
    }

    private boolean is(byte[] name, int from, int to) {
        return Arrays.equals(bytes, from, to, name, 0, name.length);
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** A stream names the same type over and over. */
    private String type(int from, int to) {
        boolean same = namedType.length() == to - from;
        for (int i = from; same && i < to; i++) {
            same = namedType.charAt(i - from) == bytes[i];
        }
        namedType = same ? namedType : text(from, to);
        return namedType;
    }

    private void append(int from, int to) {
        keepData();
        if (data == null) {
            dataFrom = from;
            dataTo = to;
            return;
        }
        if (moreData == null) {
            moreData = new ByteArrayOutputStream();
            moreData.writeBytes(data);
        }
        moreData.write('\n');
        moreData.write(bytes, from, to - from);
    }

    /** Copies the line of data, before other bytes take its place. */
    private void keepData() {
        if (dataTo >= 0) {
            data = Arrays.copyOfRange(bytes, dataFrom, dataTo);
            dataTo = -1;
        }
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

    private void keepUnknown(int from, int to) {
        int room = MAX_UNKNOWN_CHARS - unknown.length() - 1;
        if (room > 0) {
            unknown.append(text(from, Math.min(to, from + room))).append('\n');
        }
    }

    private void dispatch() {
        lastEventId = idBuffer;
        String completeType = typeOrDefault();
        byte[] complete = joinedData();
        int from = dataFrom;
        int to = dataTo;
        boolean oneLine = moreData == null;
        type = null;
        data = null;
        dataTo = -1;
        moreData = null;
        eventBytes = 0;
        if (to >= 0) {
            offer(completeType, bytes, from, to);
        } else if (complete != null && oneLine) {
            offer(completeType, complete, 0, complete.length);
        } else if (complete != null) {
            events.onEvent(new SseEvent(completeType, complete, lastEventId, true));
        }
    }

    private void offer(String completeType, byte[] holder, int from, int to) {
        if (!events.onData(completeType, holder, from, to)) {
            events.onEvent(new SseEvent(completeType, Arrays.copyOfRange(holder, from, to), lastEventId, false));
        }
    }

    private byte @Nullable [] joinedData() {
        return moreData == null ? data : moreData.toByteArray();
    }

    private String typeOrDefault() {
        return type == null || type.isEmpty() ? "message" : type;
    }
}
