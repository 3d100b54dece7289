package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.stream.Cursor;
import io.parley.stream.CursorListener;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEvent;
import io.parley.turn.Drain;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One stream over a real socket, its cursor scripted. */
class EventStreamTest {
    private static final NumberedEvent DONE = new NumberedEvent(9,
            new TurnEvent.Done(TurnState.COMPLETED, null, FinishReason.STOP, null, null));
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private final Vertx vertx = Vertx.vertx();
    private final Drain drain = new Drain();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger connectionsClosed = new AtomicInteger();
    private volatile Supplier<Uni<List<NumberedEvent>>> next = Uni.createFrom()::nothing;
    private volatile Supplier<Cursor<NumberedEvent>> cursors = ScriptedCursor::new;
    private int port;

    @BeforeEach
    void serve() {
        EventStreams streams = new EventStreams(new Config(), vertx, drain);
        HttpServer server = vertx.createHttpServer().requestHandler(request -> answer(streams, request));
        port = server.listen(0).toCompletionStage().toCompletableFuture().join().actualPort();
    }

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void an_idle_stream_begins_soon_and_is_kept_alive() throws IOException {
        try (Socket socket = ask()) {
            assertThat(readUntil(socket.getInputStream(), ": hb\n\n")).startsWith("HTTP/1.1 200").contains("\r\nretry: ");
        }
    }

    @Test
    void a_stream_is_kept_alive_while_only_unwanted_thinking_happens() throws IOException {
        next = () -> thought(asked.incrementAndGet());

        try (Socket socket = ask()) {
            assertThat(readUntil(socket.getInputStream(), ": hb\n\n")).doesNotContain("secret");
            assertThat(readUntil(socket.getInputStream(), ": hb\n\n")).doesNotContain("secret");
        }
    }

    /** Comes some time after the last one, but sooner than a heartbeat. */
    private Uni<List<NumberedEvent>> thought(long id) {
        List<NumberedEvent> events = List.of(new NumberedEvent(id, new TurnEvent.Thinking("secret")));
        return Uni.createFrom().emitter(emitter -> vertx.setTimer(20, _ -> emitter.complete(events)));
    }

    @Test
    void what_is_ready_is_sent_and_the_end_ends_it() throws IOException {
        next = () -> Uni.createFrom().item(asked.getAndIncrement() == 0
                ? List.of(delta(5, "a"), new NumberedEvent(6, new TurnEvent.Thinking("secret")), delta(7, "b"))
                : List.of(DONE));

        try (Socket socket = ask()) {
            assertThat(readUntil(socket.getInputStream(), "event: done")).contains("id: 5\n").contains("id: 7\n")
                    .doesNotContain("secret");
        }
        await().untilAtomic(closed, equalTo(1));
        assertThat(asked).hasValue(2);
    }

    @Test
    void events_that_come_in_one_turn_of_the_event_loop_leave_in_one_write() throws IOException {
        GrowingCursor growing = new GrowingCursor();
        cursors = () -> growing;

        try (Socket socket = ask()) {
            assertThat(readUntil(socket.getInputStream(), "retry: ")).isNotEmpty();
            growing.add(delta(1, "a"), delta(2, "b"), delta(3, "c"));
            String read = readUntil(socket.getInputStream(), "id: 3\n");
            // Only the limits of chunks have a carriage return.
            assertThat(read.substring(read.indexOf("id: 1\n"), read.indexOf("id: 3\n"))).contains("id: 2\n")
                    .doesNotContain("\r");
        }
        assertThat(growing.taken).as("pages").isEqualTo(1);
    }

    @Test
    void a_client_that_leaves_is_noticed_though_nothing_is_sent() throws IOException {
        try (Socket socket = ask()) {
            assertThat(readUntil(socket.getInputStream(), "retry: ")).isNotEmpty();
        }
        await().untilAtomic(closed, greaterThan(0));
    }

    @Test
    void a_reader_that_stands_still_takes_no_memory_and_is_cut_off() throws IOException {
        String large = "x".repeat(60_000);
        next = () -> Uni.createFrom().item(List.of(delta(asked.incrementAndGet(), large)));

        try (Socket socket = ask()) {
            await().atMost(PATIENCE).untilAtomic(closed, greaterThan(0));
            await().untilAtomic(connectionsClosed, equalTo(1));
            // The system keeps nothing for it either.
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
        }
        // What the kernel buffers on both sides, and not one batch more.
        assertThat(asked).hasValueLessThan(1_000);
    }

    @Test
    void a_reader_that_stands_still_before_the_end_is_cut_off_too() throws IOException {
        next = () -> Uni.createFrom().item(List.of(delta(1, "x".repeat(30_000_000)), DONE));

        try (Socket socket = ask()) {
            await().atMost(PATIENCE).untilAtomic(connectionsClosed, equalTo(1));
            assertThat(socket.isClosed()).isFalse();
        }
    }

    @Test
    void a_log_that_breaks_sends_the_client_back_to_where_it_was() throws IOException {
        next = () -> asked.getAndIncrement() == 0 ? Uni.createFrom().item(List.of(delta(57, "a"))) : unavailable();

        try (Socket socket = ask()) {
            assertThat(readUntil(socket.getInputStream(), "event: reconnect\ndata: "
                    + "{\"events\":\"/api/v1/sessions/a.b/turns/t1/events\",\"after\":57}\n\n")).contains("id: 57\n");
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void whoever_listens_when_the_process_ends_is_sent_away() throws IOException {
        next = () -> asked.getAndIncrement() == 0 ? Uni.createFrom().item(List.of(delta(57, "a"))) : Uni.createFrom().nothing();

        try (Socket socket = ask()) {
            assertThat(readUntil(socket.getInputStream(), "id: 57\n")).isNotEmpty();
            drain.end();
            assertThat(readUntil(socket.getInputStream(), "\r\n0\r\n")).contains("event: reconnect\ndata: "
                    + "{\"events\":\"/api/v1/sessions/a.b/turns/t1/events\",\"after\":57}\n\n");
        }
        await().untilAtomic(closed, equalTo(1));
    }

    @Test
    void whoever_comes_as_the_process_ends_gets_what_is_ready_and_is_sent_away() throws IOException {
        next = () -> Uni.createFrom().item(List.of(delta(asked.incrementAndGet(), "a")));
        drain.end();

        try (Socket socket = ask()) {
            assertThat(readUntil(socket.getInputStream(), "\r\n0\r\n")).contains("id: 1\n").contains("\"after\":1}")
                    .doesNotContain("id: 2\n");
        }
    }

    /** No later event may follow: the client comes back to the place that it has seen. */
    @Test
    void what_cannot_be_written_ends_the_connection_instead_of_becoming_a_gap() throws IOException {
        next = () -> Uni.createFrom().item(switch (asked.incrementAndGet()) {
            case 1 -> List.of(delta(1, "a"));
            case 2 -> List.of(delta(2, null));
            default -> List.of(delta(3, "c"));
        });

        try (Socket socket = ask()) {
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains("id: 1\n")
                    .doesNotContain("id: 3\n").doesNotContain("reconnect");
        }
        await().untilAtomic(closed, equalTo(1));
    }

    @Test
    void a_cursor_that_breaks_ends_the_connection_or_the_request() throws IOException {
        next = () -> {
            if (asked.getAndIncrement() == 0) {
                return Uni.createFrom().item(List.of(delta(1, "a")));
            }
            throw new IllegalStateException("broken");
        };

        try (Socket socket = ask()) {
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains("id: 1\n")
                    .doesNotContain("reconnect");
        }
        await().untilAtomic(closed, equalTo(1));
        try (Socket socket = ask()) {
            assertThat(readUntil(socket.getInputStream(), "\r\n\r\n")).startsWith("HTTP/1.1 503");
        }
        assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void an_end_that_is_ready_as_the_process_ends_is_told() throws IOException {
        next = () -> Uni.createFrom().item(List.of(DONE));
        drain.end();

        try (Socket socket = ask()) {
            assertThat(readUntil(socket.getInputStream(), "\r\n0\r\n")).contains("event: done").doesNotContain("reconnect");
        }
    }

    @Test
    void what_breaks_before_the_head_can_still_be_a_status() throws IOException {
        next = EventStreamTest::unavailable;

        try (Socket socket = ask()) {
            assertThat(readUntil(socket.getInputStream(), "\r\n\r\n")).startsWith("HTTP/1.1 503");
        }
        assertThat(failures).singleElement().isInstanceOf(Failure.Unavailable.class);
    }

    private void answer(EventStreams streams, HttpServerRequest request) {
        EventStreams.Wanted wanted = new EventStreams.Wanted(new SessionId("a.b"), new TurnId("t1"), 0, false);
        Cancellable stream = streams.send(request, 0, new TurnSource(wanted, cursors.get())).subscribe().with(_ -> {
        }, failure -> {
            failures.add(failure);
            request.response().setStatusCode(503).end();
        });
        request.connection().closeHandler(_ -> {
            connectionsClosed.incrementAndGet();
            stream.cancel();
        });
    }

    private Socket ask() throws IOException {
        Socket socket = new Socket("localhost", port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String readUntil(InputStream in, String wanted) throws IOException {
        StringBuilder read = new StringBuilder();
        byte[] part = new byte[4_096];
        while (read.indexOf(wanted) < 0) {
            int length = in.read(part);
            assertThat(length).as("the stream ended: %s", read).isPositive();
            read.append(new String(part, 0, length, StandardCharsets.UTF_8));
        }
        return read.toString();
    }

    private static NumberedEvent delta(long id, String text) {
        return new NumberedEvent(id, new TurnEvent.Delta(text));
    }

    private static Uni<List<NumberedEvent>> unavailable() {
        return Uni.createFrom().failure(new Failure.Unavailable(FailureCode.STORE_UNAVAILABLE, "Redis is gone.", null, null));
    }

    /** Asks the script for one page after the other, as the cursor of a stored log asks Redis. */
    private final class ScriptedCursor implements Cursor<NumberedEvent> {
        private CursorListener listener;
        private List<NumberedEvent> page;
        private boolean asking;

        @Override
        public void listen(CursorListener told) {
            listener = told;
        }

        @Override
        public List<NumberedEvent> take() {
            if (page == null && !asking) {
                asking = true;
                Context context = Vertx.currentContext();
                next.get().subscribe().with(events -> on(context, () -> answered(events)),
                        failure -> on(context, () -> listener.failed(failure)));
            }
            List<NumberedEvent> taken = page;
            page = null;
            return taken;
        }

        private void answered(List<NumberedEvent> events) {
            asking = false;
            page = events;
            listener.more();
        }

        private static void on(Context context, Runnable step) {
            if (Vertx.currentContext() == context) {
                step.run();
            } else {
                context.runOnContext(_ -> step.run());
            }
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    /** Tells of each event, as the log of a turn does that runs in this process. */
    private static final class GrowingCursor implements Cursor<NumberedEvent> {
        private final List<NumberedEvent> events = new ArrayList<>();
        private volatile Context context;
        private CursorListener listener;
        private volatile int taken;

        void add(NumberedEvent... more) {
            context.runOnContext(_ -> {
                for (NumberedEvent event : more) {
                    events.add(event);
                    listener.more();
                }
            });
        }

        @Override
        public void listen(CursorListener told) {
            listener = told;
            context = Vertx.currentContext();
        }

        @Override
        public List<NumberedEvent> take() {
            if (events.isEmpty()) {
                return null;
            }
            taken++;
            List<NumberedEvent> page = List.copyOf(events);
            events.clear();
            return page;
        }

        @Override
        public void close() {
            events.clear();
        }
    }

    private static final class Config implements SseConfig {
        @Override
        public Duration heartbeat() {
            return Duration.ofMillis(200);
        }

        @Override
        public Duration writeLimit() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration retry() {
            return Duration.ofSeconds(1);
        }
    }
}
