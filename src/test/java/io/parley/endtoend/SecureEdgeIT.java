package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.Gateway;
import io.parley.testing.KeyStoreFile;
import io.parley.testing.TlsClient;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unusual clients over TLS, with HTTP/1.1 and HTTP/2. */
class SecureEdgeIT {
    private static final String MODELS = "GET /api/v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
    private static final String LONG = "/q/openapi";
    private static final int WINDOW = 4_096;
    private static final int FRAME_HEAD = 9;
    private static final int GO_AWAY = 7;
    @TempDir
    private static Path folder;
    private static Path keys;
    private static Gateway gateway;
    private static Vertx vertx;

    @BeforeAll
    static void start() {
        keys = KeyStoreFile.create(folder);
        vertx = Vertx.vertx();
        gateway = Gateway.start(Map.of("parley.data-dir", folder.resolve("data").toString(), "parley.connections.head", "10S",
                "parley.connections.idle", "4S", "quarkus.http.ssl-port", "0", "quarkus.http.ssl.certificate.key-store-file",
                keys.toString(), "quarkus.http.ssl.certificate.key-store-password", KeyStoreFile.PASSWORD));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static TlsClient connect(String protocol) throws IOException {
        return new TlsClient(gateway.secureUri(), keys, protocol);
    }

    @ParameterizedTest
    @CsvSource({ "GET /api/v1/sessions/{id} HTTP/1.1, 400", "GET /api/v1/sessions/a^b HTTP/1.1, 400",
            "GET /api/v1/sessions?q=%4 HTTP/1.1, 400", "GET /api/v1/sessions HTTP/9.9, 505", "GET  /x, 400",
            "GET /api/v1/models HTTP/1.1, 200" })
    void the_first_request_is_checked_also_if_it_comes_with_the_end_of_the_handshake(String line, int status)
            throws IOException {
        try (TlsClient client = connect("http/1.1")) {
            client.write(line + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            String answer = client.readAll();
            assertThat(answer).containsPattern("^HTTP/1.[01] " + status + " ").containsPattern("(?i)x-request-id: \\S+");
            if (status != 200) {
                assertThat(answer).containsIgnoringCase("application/problem+json").contains("\"requestId\":");
            }
            assertThat(client.hasEndedProperly()).isTrue();
        }
    }

    /** A time-out of the service ends each of these connections. */
    @Test
    void connections_that_are_not_used_end_as_their_protocols_demand() throws IOException {
        List<TlsClient> http1 = connectAll("http/1.1", MODELS, "", "GET /api/v1/models HTTP/1.1\r\nHost: ", MODELS + "GET /api",
                "\r\n");
        List<TlsClient> http2 = connectAll("h2", PREFACE, PREFACE + "\0\0\10\6\0\0\0\0\0aaaaaaaa",
                PREFACE + "\0\0\4\10\0\0\0\0\0\0\0\0\1");
        for (TlsClient client : http1) {
            try (client) {
                var unused = client.readAll();
                assertThat(client.hasEndedProperly()).isTrue();
            }
        }
        for (TlsClient client : http2) {
            try (client) {
                assertThat(hasGoAway(client.readAll())).isTrue();
                assertThat(client.hasEndedProperly()).isTrue();
            }
        }
    }

    private static List<TlsClient> connectAll(String protocol, String... beginnings) throws IOException {
        List<TlsClient> clients = new ArrayList<>();
        for (String bytes : beginnings) {
            TlsClient client = connect(protocol);
            clients.add(client);
            client.write(bytes);
        }
        return clients;
    }

    private static boolean hasGoAway(String frames) {
        for (int at = 0; at + FRAME_HEAD <= frames.length();) {
            if (frames.charAt(at + 3) == GO_AWAY) {
                return true;
            }
            at += FRAME_HEAD + (frames.charAt(at) << 16 | frames.charAt(at + 1) << 8 | frames.charAt(at + 2));
        }
        return false;
    }

    private static HttpClient http2() {
        return vertx.createHttpClient(options());
    }

    private static HttpClientOptions options() {
        return new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setSsl(true).setUseAlpn(true).setTrustAll(true)
                .setVerifyHost(false);
    }

    /** Asks for a long answer with a small window, and returns the answer, of which the client reads nothing yet. */
    private static CompletableFuture<HttpClientResponse> longAnswer() {
        return vertx.createHttpClient(options().setInitialSettings(new Http2Settings().setInitialWindowSize(WINDOW)))
                .request(HttpMethod.GET, gateway.secureUri().getPort(), gateway.secureUri().getHost(), LONG)
                .compose(request -> request.send()).map(HttpClientResponse::pause).toCompletionStage().toCompletableFuture();
    }

    /** An answer and its body. */
    private record Received(HttpClientResponse head, Buffer body) {}

    private static Received get(HttpClient client, String path) {
        return client.request(HttpMethod.GET, gateway.secureUri().getPort(), gateway.secureUri().getHost(), path)
                .compose(request -> request.send())
                .compose(answer -> answer.body().map(body -> new Received(answer, body)))
                .toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_connection_of_http_2_that_is_not_used_again_says_go_away() {
        AtomicBoolean isGoing = new AtomicBoolean();
        HttpClient client = http2().connectionHandler(connection -> connection.goAwayHandler(_ -> isGoing.set(true)));
        assertThat(get(client, "/api/v1/models").head().version()).isEqualTo(HttpVersion.HTTP_2);
        await().untilTrue(isGoing);
        assertThat(get(client, "/api/v1/models").head().statusCode()).isEqualTo(200);
    }

    /** The client takes longer for the answer than a connection may be idle. The service has ended its answer long before. */
    @Test
    void a_slow_client_of_http_2_reads_its_whole_answer_and_one_that_reads_nothing_is_cut() {
        HttpConnection stalled = longAnswer().join().request().connection();
        AtomicBoolean isClosed = new AtomicBoolean();
        HttpClientResponse slow = longAnswer().join();
        AtomicBoolean isGoing = new AtomicBoolean();
        CompletableFuture<Boolean> wentBeforeTheEnd = new CompletableFuture<>();
        stalled.closeHandler(_ -> isClosed.set(true));
        slow.request().connection().goAwayHandler(_ -> isGoing.set(true));
        slow.exceptionHandler(wentBeforeTheEnd::completeExceptionally)
                .endHandler(_ -> wentBeforeTheEnd.complete(isGoing.get()));
        long reads = vertx.setPeriodic(200, _ -> slow.fetch(1));
        assertThat(wentBeforeTheEnd.join()).isFalse();
        assertThat(vertx.cancelTimer(reads)).isTrue();
        await().untilTrue(isClosed);
        await().untilTrue(isGoing);
    }

    @ParameterizedTest
    @ValueSource(strings = { "/api/v1/sessions/{id}", "/api/v1/sessions/a^b", "/api/v1/sessions/%zz", "/api/v1/sessions?q=%4",
            "/page/<b>", "/a b", "/a\\b", "/api/v1/sessions?q=a|b^", "/\u00e4" })
    void a_path_of_http_2_that_is_none_is_a_problem(String path) {
        assertProblem(get(http2(), path), 400);
    }

    @Test
    void a_legal_path_of_http_2_is_as_it_was() {
        HttpClient client = http2();
        assertThat(get(client, "/api/v1/sessions?q=%20#").head().statusCode()).isEqualTo(200);
        assertProblem(get(client, "/api/v1/nothing"), 404);
        assertProblem(get(client, "/api//v1/sessions"), 404);
    }

    @CanIgnoreReturnValue
    private static Received assertProblem(Received answer, int status) {
        assertThat(answer.head().statusCode()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.head().getHeader("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.body().toJsonObject().getString("requestId")).isEqualTo(answer.head().getHeader("X-Request-Id"))
                .isNotEmpty();
        return answer;
    }
}
