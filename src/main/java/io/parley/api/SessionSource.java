package io.parley.api;

import io.parley.api.json.Paths;
import io.parley.api.json.SessionEventJson;
import io.parley.conversation.SessionId;
import io.parley.sse.SseEncoder;
import io.parley.stream.FeedCursor;
import io.parley.stream.SessionEvent;
import io.parley.stream.SessionEvent.Numbered;
import io.vertx.core.buffer.Buffer;

/** The feed of one session. */
record SessionSource(SessionId session, FeedCursor cursor) implements EventSource<Numbered> {

    @Override
    public boolean isLast(Numbered event) {
        return event.event() instanceof SessionEvent.Deleted;
    }

    @Override
    public long id(Numbered event) {
        return event.id();
    }

    @Override
    public void write(Buffer buffer, Numbered event) {
        String id = Long.toString(event.id());
        String name = SessionEventJson.name(event.event());
        if (name == null) {
            // Nothing to tell but the place: a client that breaks off now comes back with it.
            SseEncoder.id(buffer, id);
        } else {
            SseEncoder.write(buffer, id, name, SessionEventJson.data(event.event()));
        }
    }

    @Override
    public String path() {
        return Paths.feed(session);
    }
}
