package io.parley.api;

import io.parley.api.json.EventJson;
import io.parley.conversation.Burst;
import io.parley.sse.SseEncoder;
import io.parley.stream.CursorListener;
import io.parley.stream.Loop;
import io.parley.turn.Drain;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.ContextInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One client that is sent events. It is told when there are some, writes all that are ready at once, and takes the next ones
 * when the client has taken these: a slow client holds no memory but the batch that is under way.
 */
final class EventStream<E> {
    private static final Logger LOG = Logger.getLogger(EventStream.class);
    /** How long the head waits for the first events, so that they leave together. */
    private static final Duration FIRST_EVENTS = Duration.ofMillis(100);
    private static final String HEARTBEAT = "hb";
    private final SseConfig config;
    private final ContextInternal context;
    private final Loop loop;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final EventSource<E> source;
    private final Drain drain;
    private final Burst earlyEnds;
    private long lastId;
    private @Nullable UniEmitter<? super Void> over;
    private @Nullable Cancellable drained;
    private long timer = -1;
    /** Why there are no more events; told once what is being written is. */
    private @Nullable Throwable broken;
    private boolean writing;
    /** Whether the write that is under way is the last one. */
    private boolean ending;
    /** Whether events are being taken and sent, so that a write that is taken at once does not begin that anew. */
    private boolean sending;
    /** Whether events will be sent at the end of this turn of the event loop. */
    private boolean due;
    private final Handler<Void> sendNow = _ -> sendAll();
    private final Handler<AsyncResult<Void>> takenByClient = done -> onContext(() -> written(done));
    /** When the write that is under way began, or the last one ended. */
    private long writtenNanos = System.nanoTime();

    EventStream(SseConfig config, ContextInternal context, HttpServerRequest request, long after, EventSource<E> source,
            Drain drain, Burst earlyEnds) {
        this.config = config;
        this.context = context;
        this.loop = new Loop(context);
        this.request = request;
        this.response = request.response();
        this.source = source;
        this.drain = drain;
        this.earlyEnds = earlyEnds;
        this.lastId = after;
    }

    /** Sends until there is nothing more to send. Fails only while nothing has been sent; cancelling it closes the source. */
    Uni<Void> run() {
        return Uni.createFrom().emitter(emitter -> {
            emitter.onTermination(() -> onContext(this::stop));
            onContext(() -> start(emitter));
        });
    }

    private void start(UniEmitter<? super Void> emitter) {
        over = emitter;
        lookIn(FIRST_EVENTS);
        source.cursor().listen(new CursorListener() {
            @Override
            public void more() {
                sendSoon();
            }

            @Override
            public void failed(Throwable failure) {
                fail(failure);
            }
        });
        sendAll();
        if (over == null) {
            return;
        }
        drained = drain.over().subscribe().with(_ -> onContext(this::sendAll));
    }

    private void stop() {
        over = null;
        context.owner().cancelTimer(timer);
        if (drained != null) {
            drained.cancel();
        }
        source.cursor().close();
    }

    /** Sends all that comes within this turn of the event loop together. */
    private void sendSoon() {
        if (!due) {
            due = true;
            context.runOnContext(sendNow);
        }
    }

    /** Sends what is ready, until the client has not taken it yet. */
    private void sendAll() {
        due = false;
        if (sending) {
            return;
        }
        sending = true;
        try {
            sendUntilTaken();
        } catch (RuntimeException failure) {
            breakOff(failure);
        } finally {
            sending = false;
        }
    }

    private void sendUntilTaken() {
        while (over != null && !writing) {
            List<E> events = source.cursor().take();
            if (events != null) {
                send(events);
            } else if (drain.isOver()) {
                sendAway();
            } else {
                return;
            }
        }
    }

    /** What cannot be sent must not become a gap: the client comes back to where it was. */
    private void breakOff(Throwable failure) {
        LOG.errorf(failure, "The events of %s cannot be sent.", source.path());
        if (response.headWritten()) {
            StreamResponse.breakOff(request);
            complete();
        } else {
            fail(failure);
        }
    }

    /** One timer that is not touched while events flow: when it fires, it looks how long the silence really is. */
    private void look() {
        if (over == null) {
            return;
        }
        Duration since = Duration.ofNanos(System.nanoTime() - writtenNanos);
        Duration limit = writing ? config.writeLimit() : response.headWritten() ? config.heartbeat() : Duration.ZERO;
        if (since.compareTo(limit) < 0) {
            lookIn(limit.minus(since));
        } else if (writing) {
            StreamResponse.cutOff(request);
            complete();
        } else {
            sendNothing();
            lookIn(config.heartbeat());
        }
    }

    private void lookIn(Duration delay) {
        // A write that begins meanwhile must be found as soon as its time is up.
        long millis = Math.min(delay.toMillis(), config.writeLimit().toMillis());
        timer = context.owner().setTimer(millis + 1, _ -> onContext(this::look));
    }

    /** The head if it has not been sent yet, else a sign of life. */
    private void sendNothing() {
        Buffer buffer = begin();
        if (buffer.length() == 0) {
            SseEncoder.comment(buffer, HEARTBEAT);
        }
        write(buffer, false);
    }

    /** What is ready; a source that has nothing more to come says so with an empty list. */
    private void send(List<E> events) {
        Buffer buffer = begin();
        events.forEach(event -> encode(buffer, event));
        boolean last = events.isEmpty() || source.isLast(events.getLast());
        if (!last && drain.isOver()) {
            reconnect(buffer);
            last = true;
        }
        if (buffer.length() > 0 || last) {
            write(buffer, last);
        }
    }

    /** Tells a client whose turn goes on that this process does not. */
    private void sendAway() {
        Buffer buffer = begin();
        reconnect(buffer);
        write(buffer, true);
    }

    private Buffer begin() {
        Buffer buffer = Buffer.buffer();
        if (!response.headWritten()) {
            StreamResponse.head(request);
            SseEncoder.retry(buffer, retry());
        }
        return buffer;
    }

    private void encode(Buffer buffer, E event) {
        source.write(buffer, event);
        lastId = Math.max(lastId, source.id(event));
    }

    /** Writes, and goes on when the client has taken it. */
    private void write(Buffer buffer, boolean last) {
        writing = true;
        ending = last;
        writtenNanos = System.nanoTime();
        Future<Void> taken = last ? end(buffer) : response.write(buffer);
        var unused = taken.onComplete(takenByClient);
    }

    private void written(AsyncResult<Void> done) {
        writing = false;
        writtenNanos = System.nanoTime();
        if (done.failed() || ending) {
            complete();
        } else if (broken != null) {
            fail(broken);
        } else {
            sendAll();
        }
    }

    private void complete() {
        if (over != null) {
            over.complete(null);
        }
    }

    /** While nothing has been sent a failure can still be a status; afterwards the client is told to come back. */
    private void fail(Throwable failure) {
        if (over == null) {
            return;
        }
        if (!response.headWritten()) {
            over.fail(failure);
        } else if (response.closed() || response.ended()) {
            complete();
        } else if (writing) {
            broken = failure;
        } else {
            earlyEnds.next()
                    .ifPresent(before -> LOG.warnf("The event stream %s ended early for one client: %s (%d others before)",
                            source.path(), failure.getClass().getName(), before));
            Buffer buffer = Buffer.buffer();
            reconnect(buffer);
            write(buffer, true);
        }
    }

    private Future<Void> end(Buffer buffer) {
        boolean closes = request.version() == HttpVersion.HTTP_1_0;
        Future<Void> ended = buffer.length() == 0 ? response.end() : response.end(buffer);
        return closes ? ended.onComplete(_ -> request.connection().close()) : ended;
    }

    private void reconnect(Buffer buffer) {
        SseEncoder.write(buffer, null, "reconnect", EventJson.reconnect(source.path(), lastId));
    }

    private Duration retry() {
        long base = config.retry().toMillis();
        return Duration.ofMillis(base + ThreadLocalRandom.current().nextLong(2 * base + 1));
    }

    private void onContext(Runnable command) {
        loop.execute(command);
    }
}
