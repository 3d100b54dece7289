package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.testing.RawClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LongAnswerTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(200);
    /** More bytes than the operating systems at both ends of a connection buffer. */
    private static final int LENGTH = 32 << 20;
    private static final Buffer BODY = Buffer.buffer(new byte[LENGTH]);
    private static final Vertx VERTX = Vertx.vertx();
    private final AtomicBoolean over = new AtomicBoolean();

    @AfterAll
    static void stop() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private RawClient ask(Duration piece, Duration whole) throws IOException {
        LongAnswer.Patience patience = new LongAnswer.Patience(piece, whole);
        HttpServer server = VERTX.createHttpServer().requestHandler(request -> {
            var unused = new LongAnswer(VERTX, request, BODY, patience).send(Response.ok().build()).subscribe()
                    .with(_ -> over.set(true));
        }).listen(0, "localhost").toCompletionStage().toCompletableFuture().join();
        RawClient client = new RawClient(URI.create("http://localhost:" + server.actualPort()), 4_096);
        client.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        return client;
    }

    @Test
    void a_client_that_reads_gets_all_of_it() throws IOException {
        try (RawClient client = ask(LONG, LONG)) {
            assertThat(client.readAll()).hasSizeGreaterThan(LENGTH);
            await().untilTrue(over);
        }
    }

    @Test
    void a_client_that_reads_nothing_for_a_while_is_disconnected() throws IOException {
        try (RawClient client = ask(SHORT, LONG)) {
            await().untilTrue(over);
            assertThat(client.readAll()).hasSizeLessThan(LENGTH);
        }
    }

    /** The client never pauses for so long that the pause alone would disconnect it. */
    @Test
    void a_client_that_reads_too_slowly_over_the_whole_is_disconnected() throws IOException {
        try (RawClient client = ask(LONG, SHORT)) {
            await().until(() -> !client.read(1).isEmpty() && over.get());
            assertThat(client.readAll()).hasSizeLessThan(LENGTH);
        }
    }
}
