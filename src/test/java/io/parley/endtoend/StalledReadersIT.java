package io.parley.endtoend;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.testing.ChatClient;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Footprint;
import io.parley.testing.Gate;
import io.parley.testing.Gateway;
import io.parley.testing.KeyStoreFile;
import io.parley.testing.RawClient;
import io.parley.testing.RedisServer;
import io.parley.testing.Size;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that ask for a stream and do not read it cost little, slow nobody down, and are sent away. */
class StalledReadersIT {
    /** Sockets that nobody reads. Not more of them: for each, the system buffers some 2 MB on the loopback. */
    private static final int SOCKETS = Size.of(50, 100);
    private static final int RECEIVE_BUFFER = 2048;
    /** Streams of HTTP/2 whose window is never opened again. */
    private static final int STREAMS = Size.of(350, 900);
    private static final int STREAMS_OF_A_CONNECTION = 50;
    private static final int PIECES = 1_000;
    private static final String PIECE = "0123456789abcdef".repeat(256);
    /** A batch of events on its way, twice, as events and as bytes, and what other work holds at that moment. */
    private static final long MOST_HEAP_OF_A_READER = 128 << 10;
    private static final long HEAP_OF_SLACK = 16L << 20;
    private static final int HANDLES_OF_SLACK = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** Each look at the heap is a full collection of the service under test. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private final Queue<String> refused = new ConcurrentLinkedQueue<>();
    private final RedisServer redis = RedisServer.create();
    private final FakeProvider provider = FakeProvider.start();
    private final Vertx vertx = Vertx.vertx();
    private final List<RawClient> sockets = new ArrayList<>();
    private final AtomicInteger listening = new AtomicInteger();
    private final Set<HttpClientResponse> sentAway = ConcurrentHashMap.newKeySet();
    @TempDir
    private Path folder;
    private Gateway gateway;
    private ChatClient client;

    @BeforeEach
    void start() {
        gateway = Gateway.start(Map.of("quarkus.redis.hosts", redis.url(), "parley.providers.openai.base-url",
                provider.openAiUrl().toString(), "parley.providers.openai.api-key", "sk-test",
                "parley.sse.write-limit", "15S", "quarkus.http.ssl-port", "0",
                "quarkus.http.ssl.certificate.key-store-file", KeyStoreFile.create(folder).toString(),
                "quarkus.http.ssl.certificate.key-store-password", KeyStoreFile.PASSWORD));
        client = gateway.client();
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient socket : sockets) {
            socket.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
        gateway.close();
        provider.close();
        redis.close();
    }

    /** Half of them listen to what is kept in memory, half to what only Redis knows. */
    @Test
    void those_who_do_not_read_slow_nobody_cost_little_and_are_sent_away() throws IOException {
        String over = finished();
        Gate gate = new Gate();
        String session = willBeTold(gate);
        try (SseStream stream = client.stream(session, saying("Tell me everything"))) {
            String turn = stream.next("turn").json().get("turn").asText();
            Footprint before = Footprint.of(gateway);
            stall(List.of(events(session, turn), over));
            gate.open();
            assertThatAllIsHeard(stream.rest());
            assertThat(sentAway).as("sent away before the others had heard the end").isEmpty();
            assertThatAllAreSentAway(before);
        }
    }

    /** Where to hear a turn that has ended. */
    private String finished() {
        Gate gate = new Gate();
        String session = willBeTold(gate);
        try (SseStream stream = client.stream(session, saying("Tell me everything"))) {
            String turn = stream.next("turn").json().get("turn").asText();
            gate.open();
            assertThatAllIsHeard(stream.rest());
            return events(session, turn);
        }
    }

    /** A session whose next input will be answered at length, once the gate is open. */
    private String willBeTold(Gate gate) {
        FakeReply reply = FakeReply.stream().text("Begin").waitFor(gate);
        for (int i = 0; i < PIECES; i++) {
            reply.text(PIECE);
        }
        provider.then(reply.finish());
        return client.createSession("{\"model\":\"gpt-4o-mini\"}");
    }

    private static String events(String session, String turn) {
        return "/sessions/" + session + "/turns/" + turn + "/events";
    }

    private static void assertThatAllIsHeard(List<Event> heard) {
        assertThat(heard.getLast().name()).isEqualTo("done");
        assertThat(SseStream.text(heard)).isEqualTo("Begin" + PIECE.repeat(PIECES));
    }

    private void stall(List<String> paths) throws IOException {
        for (int i = 0; i < SOCKETS; i++) {
            RawClient socket = new RawClient(gateway.uri(), RECEIVE_BUFFER);
            sockets.add(socket);
            socket.ask(paths.get(i % paths.size()), "");
            assertThat(socket.read(20)).startsWith("HTTP/1.1 200");
        }
        HttpClient http = vertx.createHttpClient(new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2)
                .setSsl(true).setUseAlpn(true).setTrustAll(true).setVerifyHost(false)
                .setHttp2MultiplexingLimit(STREAMS_OF_A_CONNECTION)
                .setHttp2MaxPoolSize(STREAMS / STREAMS_OF_A_CONNECTION));
        for (int i = 0; i < STREAMS; i++) {
            http.request(HttpMethod.GET, gateway.secureUri().getPort(), gateway.secureUri().getHost(),
                    "/api/v1" + paths.get(i % paths.size()))
                    .compose(request -> request.putHeader("Accept", "text/event-stream").send())
                    .onSuccess(this::stall)
                    .onFailure(failure -> refused.add(failure.toString()));
        }
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(refused).isEmpty();
            assertThat(listening).hasValue(STREAMS);
        });
    }

    private void stall(HttpClientResponse response) {
        response.pause();
        response.exceptionHandler(_ -> sentAway.add(response));
        if (response.statusCode() == 200) {
            listening.incrementAndGet();
        } else {
            refused.add("status " + response.statusCode());
        }
    }

    private void assertThatAllAreSentAway(Footprint before) throws IOException {
        AtomicLong mostHeap = new AtomicLong();
        long connections = before.connections() + STREAMS / STREAMS_OF_A_CONNECTION + 1;
        await().atMost(PATIENCE).pollInterval(BETWEEN_LOOKS).untilAsserted(() -> {
            Footprint now = Footprint.of(gateway);
            mostHeap.accumulateAndGet(now.heapBytes() - before.heapBytes(), Math::max);
            assertThat(sentAway).hasSize(STREAMS);
            assertThat(now.connections()).isLessThanOrEqualTo(connections);
            assertThat(now.handles()).isLessThanOrEqualTo(before.handles() + (int) connections + HANDLES_OF_SLACK);
            assertThat(now.heapBytes()).isLessThan(before.heapBytes() + HEAP_OF_SLACK);
        });
        System.out.printf("most heap of a stalled reader: %d bytes, before %s, after %s%n",
                mostHeap.get() / (SOCKETS + STREAMS), before, Footprint.of(gateway));
        assertThat(mostHeap.get()).isLessThan((SOCKETS + STREAMS) * MOST_HEAP_OF_A_READER);
        for (RawClient socket : sockets) {
            assertThat(whatIsLeft(socket)).doesNotContain("event: done");
        }
    }

    private static String whatIsLeft(RawClient socket) throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            for (String part = socket.read(1 << 16); !part.isEmpty(); part = socket.read(1 << 16)) {
                text.append(part);
            }
        } catch (SocketException e) {
            // Cut, not ended.
        }
        return text.toString();
    }
}
