package io.parley.api;

import io.parley.api.json.EventJson;
import io.parley.api.json.Paths;
import io.parley.sse.SseEncoder;
import io.parley.stream.Cursor;
import io.parley.stream.NumberedEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * One client that is sent the events of a turn. It asks the cursor for what is ready, writes that at once, and asks again when
 * the client has taken it: a slow client holds no memory but the one batch that is under way.
 */
final class EventStream {
    private static final Logger LOG = Logger.getLogger(EventStream.class);
    /** How long the head waits for the first events, so that they leave together. */
    private static final Duration FIRST_EVENTS = Duration.ofMillis(100);
    private static final String HEARTBEAT = "hb";
    private final SseConfig config;
    private final Context context;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final EventStreams.Wanted wanted;
    private final Cursor cursor;
    private long lastId;

    EventStream(SseConfig config, Context context, HttpServerRequest request, EventStreams.Wanted wanted, Cursor cursor) {
        this.config = config;
        this.context = context;
        this.request = request;
        this.response = request.response();
        this.wanted = wanted;
        this.cursor = cursor;
        this.lastId = wanted.after();
    }

    Uni<Void> run() {
        return Multi.createBy().repeating().uni(this::step).whilst(isOpen -> isOpen)
                .onItem().ignoreAsUni()
                .onFailure(_ -> response.headWritten()).recoverWithUni(this::leave)
                .onTermination().invoke(cursor::close);
    }

    /** Takes what is ready and sends it; false when that was the last. */
    private Uni<Boolean> step() {
        Duration patience = response.headWritten() ? config.heartbeat() : FIRST_EVENTS;
        return Uni.combine().any().of(ready(), after(patience).replaceWith(Optional.empty()))
                .chain(this::send);
    }

    private Uni<Optional<List<NumberedEvent>>> ready() {
        return cursor.next().map(Optional::of).emitOn(this::onContext);
    }

    private Uni<Boolean> send(Optional<List<NumberedEvent>> ready) {
        Buffer buffer = Buffer.buffer();
        if (!response.headWritten()) {
            head();
            SseEncoder.retry(buffer, retry());
        } else if (ready.isEmpty()) {
            SseEncoder.comment(buffer, HEARTBEAT);
        }
        List<NumberedEvent> events = ready.orElse(List.of());
        events.forEach(event -> encode(buffer, event));
        // A cursor that has nothing more says so with an empty list.
        boolean last = ready.isPresent() && (events.isEmpty() || events.getLast().event().isTerminal());
        if (buffer.length() == 0 && !last) {
            return Uni.createFrom().item(true);
        }
        return write(buffer, last).replaceWith(!last);
    }

    private void encode(Buffer buffer, NumberedEvent event) {
        lastId = Math.max(lastId, event.id());
        if (wanted.thinking() || !EventJson.isThinking(event.event())) {
            SseEncoder.write(buffer, Long.toString(event.id()), EventJson.name(event.event()),
                    EventJson.data(event.event(), wanted.session()));
        }
    }

    private void head() {
        response.setStatusCode(200)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-cache, no-transform")
                .putHeader("X-Accel-Buffering", "no");
        if (request.version() == HttpVersion.HTTP_1_0) {
            // It knows no chunks: the end of the connection is the end of the answer.
            response.putHeader("Connection", "close");
        } else {
            response.setChunked(true);
        }
    }

    /** Writes, and waits until the client has taken it; one that does not is cut off. */
    private Uni<Void> write(Buffer buffer, boolean last) {
        Uni<Void> taken = uni(() -> last ? end(buffer) : response.write(buffer));
        Uni<Void> tooLate = after(config.writeLimit()).chain(() -> {
            response.reset();
            return Uni.createFrom().failure(new IllegalStateException("the client does not read"));
        });
        return Uni.combine().any().of(taken, tooLate);
    }

    private Future<Void> end(Buffer buffer) {
        boolean closes = request.version() == HttpVersion.HTTP_1_0;
        Future<Void> ended = buffer.length() == 0 ? response.end() : response.end(buffer);
        return closes ? ended.onComplete(_ -> request.connection().close()) : ended;
    }

    /** Says goodbye to a client whose stream cannot go on though its turn may. */
    private Uni<Void> leave(Throwable failure) {
        if (response.closed() || response.ended()) {
            return Uni.createFrom().voidItem();
        }
        LOG.warnf("events of turn %s end early for one client: %s", wanted.turn(), failure.getClass().getName());
        Buffer buffer = Buffer.buffer();
        SseEncoder.write(buffer, null, "reconnect",
                EventJson.reconnect(Paths.events(wanted.session(), wanted.turn()), lastId));
        return write(buffer, true).onFailure().recoverWithNull();
    }

    private Duration retry() {
        long base = config.retry().toMillis();
        return Duration.ofMillis(base + ThreadLocalRandom.current().nextLong(2 * base + 1));
    }

    private Uni<Void> after(Duration delay) {
        Vertx vertx = context.owner();
        return Uni.createFrom().emitter(emitter -> {
            long timer = vertx.setTimer(Math.max(1, delay.toMillis()), _ -> emitter.complete(null));
            emitter.onTermination(() -> vertx.cancelTimer(timer));
        });
    }

    private void onContext(Runnable command) {
        if (Vertx.currentContext() == context) {
            command.run();
        } else {
            context.runOnContext(_ -> command.run());
        }
    }

    private static Uni<Void> uni(Supplier<Future<Void>> future) {
        return Uni.createFrom().completionStage(() -> future.get().toCompletionStage());
    }
}
