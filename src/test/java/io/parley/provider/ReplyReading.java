package io.parley.provider;

import io.parley.conversation.ReplyEvent;
import io.parley.sse.SseDecoder;
import io.parley.sse.SseEvent;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The answer to one call while it is read, without the connection that brings it. */
public final class ReplyReading {
    private final ReplyReader reader;
    private final ReplySink sink;
    private final SseDecoder decoder;

    /** Of one answer. */
    public ReplyReading(ReplyReader reader, Consumer<ReplyEvent> out) {
        this.reader = reader;
        this.sink = new ReplySink(Long.MAX_VALUE, out);
        this.decoder = new SseDecoder(SseDecoder.DEFAULT_MAX_EVENT_BYTES, this::read);
    }

    /** Takes the next bytes. */
    public void write(Buffer chunk) {
        decoder.write(chunk);
    }

    /** Takes the next event. */
    public void read(SseEvent event) {
        reader.read(event, sink);
    }

    /** The events in these bytes. */
    public static List<SseEvent> events(List<Buffer> chunks) {
        List<SseEvent> events = new ArrayList<>();
        SseDecoder decoder = new SseDecoder(SseDecoder.DEFAULT_MAX_EVENT_BYTES, events::add);
        chunks.forEach(decoder::write);
        return events;
    }
}
