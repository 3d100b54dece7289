package io.parley.api;

import io.parley.api.json.Paths;
import io.parley.api.json.SessionEventJson;
import io.parley.conversation.SessionId;
import io.parley.sse.SseEncoder;
import io.parley.stream.FeedCursor;
import io.parley.stream.SessionEvent;
import io.parley.stream.SessionEvent.Numbered;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.function.Consumer;

/** The feed of one session. */
record SessionSource(SessionId session, FeedCursor cursor) implements EventSource<Numbered> {

    @Override
    public Cancellable next(Consumer<List<Numbered>> ready, Consumer<Throwable> failed) {
        return cursor.next().subscribe().with(ready, failed);
    }

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

    @Override
    public void close() {
        cursor.close();
    }
}
