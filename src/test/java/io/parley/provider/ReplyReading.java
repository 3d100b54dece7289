package io.parley.provider;

import io.parley.conversation.ReplyEvent;
import io.parley.sse.SseDecoder;
import io.parley.sse.SseEvent;
import io.parley.sse.SseListener;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The answer to one call while it is read, without the connection that brings it. */
public final class ReplyReading implements SseListener {
    private final ReplyReader reader;
    private final ReplySink sink;
    private final SseDecoder decoder;
    private int fast;

    /** Of one answer. */
    public ReplyReading(ReplyReader reader, Consumer<ReplyEvent> out) {
        this(reader, new ReplySink(Long.MAX_VALUE, out));
    }

    public ReplyReading(ReplyReader reader, ReplySink sink) {
        this.reader = reader;
        this.sink = sink;
        this.decoder = new SseDecoder(SseDecoder.DEFAULT_MAX_EVENT_BYTES, this);
    }

    /** Takes the next bytes. */
    public void write(Buffer chunk) {
        decoder.write(chunk);
    }

    @Override
    public boolean onData(String type, byte[] bytes, int from, int to) {
        boolean taken = reader.readText(type, bytes, from, to, sink);
        fast += taken ? 1 : 0;
        return taken;
    }

    @Override
    public void onEvent(SseEvent event) {
        reader.read(event, sink);
    }

    /** Takes the next event, of one line of data. */
    public void read(SseEvent event) {
        if (!onData(event.type(), event.bytes(), 0, event.bytes().length)) {
            onEvent(event);
        }
    }

    /** Returns how many events were read without a parser. */
    public int fast() {
        return fast;
    }

    /** The events in these bytes. */
    public static List<SseEvent> events(List<Buffer> chunks) {
        List<SseEvent> events = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(SseDecoder.DEFAULT_MAX_EVENT_BYTES, events::add);
        chunks.forEach(decoder::write);
        return events;
    }
}
