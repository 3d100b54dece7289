package io.parley.api;

import io.parley.api.json.EventJson;
import io.parley.api.json.Paths;
import io.parley.sse.SseEncoder;
import io.parley.stream.Cursor;
import io.parley.stream.NumberedEvent;
import io.vertx.core.buffer.Buffer;

/** The events of one turn. */
record TurnSource(EventStreams.Wanted wanted, Cursor<NumberedEvent> cursor) implements EventSource<NumberedEvent> {

    @Override
    public boolean isLast(NumberedEvent event) {
        return event.event().isTerminal();
    }

    @Override
    public long id(NumberedEvent event) {
        return event.id();
    }

    @Override
    public void write(Buffer buffer, NumberedEvent event) {
        if (wanted.thinking() || !EventJson.isThinking(event.event())) {
            SseEncoder.begin(buffer, event.id(), EventJson.name(event.event()));
            EventJson.write(buffer, event.event(), wanted.session());
            SseEncoder.end(buffer);
        }
    }

    @Override
    public String path() {
        return Paths.events(wanted.session(), wanted.turn());
    }
}
