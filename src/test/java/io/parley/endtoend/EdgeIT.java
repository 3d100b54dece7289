package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.Gateway;
import io.parley.testing.RawClient;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of attackers and unusual clients over raw sockets, to a service behind a proxy that names the owners. */
class EdgeIT {
    private static final String SESSIONS = "/api/v1/sessions";
    @TempDir
    private static Path folder;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start(Map.of("parley.owner-header", "X-Owner", "parley.data-dir", folder.resolve("data").toString(),
                "parley.simulator.first-token-delay", "0S", "parley.simulator.token-interval", "0S",
                "parley.connections.max", "100", "parley.connections.head", "3S", "parley.connections.idle", "3S"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Sends these bytes, and returns the bytes that the service sends until it closes the connection. */
    private static String answers(String bytes) throws IOException {
        try (RawClient client = new RawClient(gateway.uri(), 0)) {
            client.write(bytes);
            return client.readAll();
        }
    }

    /** Returns the answer to a request whose body never comes. The answer must be a JSON object without an object inside. */
    private static String firstAnswer(String bytes) throws IOException {
        try (RawClient client = new RawClient(gateway.uri(), 0)) {
            client.write(bytes);
            return client.readUntil("}");
        }
    }

    private static String managementAnswers(String bytes) throws IOException {
        try (RawClient client = new RawClient(gateway.managementUri(), 0)) {
            client.write(bytes);
            return client.readAll();
        }
    }

    /** Returns the path of a new session. */
    private static String session() {
        return SESSIONS + "/" + gateway.client().send("POST", "/sessions", "{}", "X-Owner", "ada").at("/id");
    }

    private static String get(String path, String... headers) {
        return head("GET " + path + " HTTP/1.1", headers);
    }

    /** Returns a request without a body that asks the service to close the connection. */
    private static String head(String line, String... headers) {
        StringBuilder head = new StringBuilder(line).append("\r\nHost: localhost\r\nX-Owner: ada\r\nConnection: close\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    @ParameterizedTest
    @ValueSource(strings = { "h2c", "h2c, websocket", "websocket, h2c", "H2C", "h2", "websocket", "TLS/1.0" })
    void no_connection_becomes_another_protocol(String protocol) throws IOException {
        String upgrade = "GET " + SESSIONS + " HTTP/1.1\r\nHost: localhost\r\nX-Owner: ada\r\n"
                + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + protocol + "\r\n"
                + "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n";
        assertThat(answers(upgrade + get(SESSIONS))).startsWith("HTTP/1.1 200").doesNotContain("HTTP/1.1 101")
                .containsPattern("(?s)HTTP/1.1 200 .*HTTP/1.1 200 ");
    }

    @Test
    void a_connection_cannot_begin_with_another_protocol() throws IOException {
        assertThat(answers("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")).startsWith("HTTP/1.");
    }

    /** A registry keeps each value of a label for ever, so a client must not choose one. */
    @Test
    void nothing_that_a_stranger_chooses_becomes_a_label() throws IOException {
        for (int i = 0; i < 20; i++) {
            String name = "STRANGE" + i;
            String path = "/" + name + "/" + SESSIONS + "/" + name;
            assertThat(answers(head(name + " " + SESSIONS + " HTTP/1.1"))).startsWith("HTTP/1.1 405")
                    .contains("application/problem+json").containsIgnoringCase("allow: GET, HEAD, POST");
            assertThat(answers(head(name + " /" + name + " HTTP/1.1"))).startsWith("HTTP/1.1 405");
            assertThat(answers(get(SESSIONS + "/" + name))).startsWith("HTTP/1.1 404");
            assertThat(answers(head("PUT " + SESSIONS + "/" + name + " HTTP/1.1"))).startsWith("HTTP/1.1 405");
            assertThat(firstAnswer(head("POST /" + name + " HTTP/1.1", "Content-Length: 99999999"))).startsWith("HTTP/1.1 413");
            assertThat(answers(get("/" + name + "?" + name, "Host: " + name))).startsWith("HTTP/1.1 4");
            assertThat(answers(get(path))).startsWith("HTTP/1.1 404");
            assertThat(answers(head("OPTIONS /" + name + " HTTP/1.1"))).startsWith("HTTP/1.1 4");
        }
        assertThat(metrics()).contains("http_server_requests_seconds_count")
                .contains("method=\"OTHER\"", "uri=\"/api/v1/sessions/{id}\"").doesNotContain("STRANGE");
    }

    private static String metrics() throws IOException {
        return managementAnswers(get("/q/metrics"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "Content-Type:\r\n", "Content-Type: text/plain\r\n", "Content-Type: ,\r\n",
            "Content-Type: text/plain\r\nContent-Type: application/json\r\n", "Content-Type: text/plain;application/json\r\n" })
    void a_body_without_a_type_that_a_browser_asks_for_is_refused(String type) throws IOException {
        String session = session();
        for (String path : List.of(SESSIONS, session + "/messages", session + "/turns", session + "/forks",
                session + "/context")) {
            assertThat(answers("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nX-Owner: ada\r\n"
                    + "Connection: close\r\nOrigin: https://evil.example\r\n" + type + "Content-Length: 2\r\n\r\n{}"))
                    .startsWith("HTTP/1.1 415").contains("unsupported-media-type");
        }
    }

    /** Each spelling of the path leads to the same operation or to no operation. */
    @Test
    void a_path_that_is_spelt_otherwise_does_nothing_twice() throws IOException {
        String session = session();
        String id = session.substring(SESSIONS.length() + 1);
        String escaped = "%" + Integer.toHexString(id.charAt(0)) + id.substring(1);
        for (String path : List.of(session + "/turns", session + "/turns/", session + "//turns", "/" + session + "/turns",
                session + "/./turns", session + "/%74urns", session + "/turns;a=b", session + ";a=b/turns",
                session + "/%2e/turns", session + "/x/../turns", session + "/turns?x", session + "/turns/.",
                SESSIONS + "/" + escaped + "/turns", "/%61pi/v1/sessions/" + id + "/turns", session + "/turns%2f",
                session + "/%54urns", "http://localhost" + session + "/turns")) {
            assertThat(answers(head("POST " + path + " HTTP/1.1", "Idempotency-Key: same", "Content-Type: application/json",
                    "Content-Length: 15") + "{\"content\":\"a\"}")).as(path)
                    .containsPattern("^HTTP/1.1 (201|40[04])");
        }
        assertThat(gateway.client().send("GET", session.substring("/api/v1".length()), null, "X-Owner", "ada").at("/messages"))
                .isEqualTo("2");
    }

    /** A proxy that lets only /api/ pass judges the path as it is written. */
    @ParameterizedTest
    @ValueSource(strings = { "/%2e%2e/%2e%2e/%2e%2e/q/metrics", "/../../../q/metrics", "/%2E%2E/../%2e./q/openapi",
            "/..;/..;/..;/q/openapi", "/..%2f..%2f..%2fq/openapi", "/../../../", "/..\\..\\..\\q\\openapi",
            "/%2e%2e%5c%2e%2e/" })
    void no_path_leads_out_of_the_api(String path) throws IOException {
        assertThat(answers(get(SESSIONS + path))).containsPattern("^HTTP/1.1 40[04]").contains("application/problem+json");
    }

    @Test
    void health_and_metrics_have_a_port_of_their_own() throws IOException {
        assertThat(answers(get("/q/metrics"))).startsWith("HTTP/1.1 404");
        assertThat(answers(get("/q/health/ready"))).startsWith("HTTP/1.1 404");
        assertThat(answers(get("/q/openapi"))).startsWith("HTTP/1.1 200");
        assertThat(managementAnswers(get("/q/health/ready"))).startsWith("HTTP/1.1 200");
        assertThat(managementAnswers(get("/q/openapi"))).startsWith("HTTP/1.1 404");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            GET /api/v1/sessions/{id} HTTP/1.1|400
            GET /api/v1/sessions/a^b HTTP/1.1|400
            GET /api/v1/sessions/%zz HTTP/1.1|400
            GET /api/v1/sessions/% HTTP/1.1|400
            GET /api/v1/sessions?q=%4 HTTP/1.1|400
            GET /api/v1/sessions?q=%u0041 HTTP/1.1|400
            GET /page/<b> HTTP/1.1|400
            GET /api/v1/sessions HTTP/1.1 x|400
            GET  /api/v1/sessions|400
            GET|400
            /api/v1/sessions HTTP/1.1|400
            GET api/v1/sessions HTTP/1.1|400
            """)
    void a_line_that_is_no_request_is_a_problem(String line, int status) throws IOException {
        assertProblem(answers(head(line)), status);
    }

    @Test
    void a_head_that_is_too_long_is_a_problem() throws IOException {
        assertThat(assertProblem(answers(get(SESSIONS + "?q=" + "a".repeat(9_000))), 414)).contains("uri-too-long");
        assertThat(assertProblem(answers(get("/" + "a".repeat(70_000))), 414)).contains("uri-too-long");
        assertThat(assertProblem(answers(get(SESSIONS, "X-Large: " + "a".repeat(33_000))), 431)).contains("headers-too-large");
        assertThat(assertProblem(answers(get(SESSIONS, "X-Large: 1\r\n".repeat(4_000) + "X: 1")), 431))
                .contains("headers-too-large");
        assertThat(answers(get(SESSIONS + "?q=" + "a".repeat(501)))).startsWith("HTTP/1.1 400").contains("\"pointer\":\"q\"");
        assertThat(answers(get(SESSIONS + "?q=" + "%E6%BC%A2".repeat(500)))).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = { "X Large: 1", "X-Large", ": 1", "X-Large: a\0b", "Content-Length: x", "Content-Length: -1",
            "Content-Length: 1\r\nContent-Length: 2" })
    void a_header_that_is_none_is_a_problem(String header) throws IOException {
        assertProblem(answers(head("POST " + SESSIONS + " HTTP/1.1", "Content-Type: application/json", header)), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = { "zz\r\n{}\r\n0\r\n\r\n", "-1\r\n{}\r\n", "\r\n\r\n", "2\r\n{}xx\r\n0\r\n\r\n", "fffffffff\r\n{}",
            "2 2\r\n{}\r\n0\r\n\r\n" })
    void a_broken_chunk_is_a_problem(String chunks) throws IOException {
        assertProblem(answers(head("POST " + SESSIONS + " HTTP/1.1", "Content-Type: application/json",
                "Transfer-Encoding: chunked") + chunks), 400);
    }

    /** Checks that the answer is a problem with the id of its request, and returns it. */
    @CanIgnoreReturnValue
    private static String assertProblem(String answer, int status) {
        assertThat(answer).containsPattern("^HTTP/1.[01] " + status + " ").containsIgnoringCase("application/problem+json")
                .containsPattern("\"requestId\":\"[^\"]+\"").containsPattern("(?i)x-request-id: \\S+");
        return answer;
    }

    @ParameterizedTest
    @ValueSource(strings = { "HTTP/9.9", "HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/3.0" })
    void a_version_of_http_that_is_not_spoken_is_a_problem(String version) throws IOException {
        assertProblem(answers(head("GET " + SESSIONS + " " + version)), 505);
    }

    @Test
    void http_1_0_is_spoken() throws IOException {
        assertThat(answers("GET " + SESSIONS + " HTTP/1.0\r\nX-Owner: ada\r\n\r\n")).containsPattern("^HTTP/1.[01] 200");
    }

    @ParameterizedTest
    @ValueSource(strings = { "Host: localhost", "Host: evil.example", "host: localhost", "Host:" })
    void a_request_for_two_hosts_is_a_problem(String second) throws IOException {
        assertProblem(answers(get(SESSIONS, second)), 400);
    }

    @ParameterizedTest
    @ValueSource(strings = { "ftp://localhost/x", "ftp://x/", "http://evil.example/api/v1/models",
            "http://localhost:81/api/v1/models",
            "https://user@localhost/api/v1/models", "http:///api/v1/models", "file:///etc/passwd", "localhost:80", "*", "?q=1",
            "//evil.example/api/v1/models", "javascript:alert(1)" })
    void a_target_of_another_server_is_a_problem(String target) throws IOException {
        assertThat(answers(get(target))).containsPattern("^HTTP/1.1 40[04]").containsIgnoringCase("application/problem+json");
    }

    @Test
    void an_absolute_target_of_this_server_is_served() throws IOException {
        assertThat(answers(get("http://localhost/api/v1/models"))).startsWith("HTTP/1.1 200");
        assertThat(answers(get("HTTPS://LOCALHOST/api/v1/sessions?q=%20"))).startsWith("HTTP/1.1 200");
        assertThat(answers(get(SESSIONS + "?"))).startsWith("HTTP/1.1 200");
        assertThat(answers(get(SESSIONS + "?&"))).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "/api/v1/sessions|GET, HEAD, POST, OPTIONS", "/api/v1/models|GET, HEAD, OPTIONS",
            "/api/v1/sessions/a.b|DELETE, GET, HEAD, PATCH, OPTIONS", "/api/v1/sessions/a.b/turns/t1/cancel|POST, OPTIONS",
            "/api/v1/sessions/a.b/turns/t1/events|GET, HEAD, OPTIONS", "/api/v1/sessions/a.b/usage|GET, HEAD, OPTIONS" })
    void a_path_tells_its_true_methods(String path, String methods) throws IOException {
        assertThat(answers(head("OPTIONS " + path + " HTTP/1.1"))).startsWith("HTTP/1.1 204")
                .containsPattern("(?im)^allow: " + methods + "$");
        assertThat(answers(head("TRACE " + path + " HTTP/1.1"))).startsWith("HTTP/1.1 405")
                .containsPattern("(?im)^allow: " + methods + "$");
        assertThat(answers(head("OPTIONS " + path + "/ HTTP/1.1"))).containsPattern("(?im)^allow: " + methods + "$");
        assertProblem(answers(head("OPTIONS " + path + "/not/there HTTP/1.1")), 404);
    }

    @ParameterizedTest
    @ValueSource(strings = { "100-continue", "100-Continue", " 100-continue " })
    void a_client_that_waits_with_its_body_is_told_to_send_it(String expectation) throws IOException {
        try (RawClient client = new RawClient(gateway.uri(), 0)) {
            client.write(head("POST " + SESSIONS + " HTTP/1.1", "Content-Type: application/json", "Content-Length: 2",
                    "Expect: " + expectation));
            assertThat(client.read(4_096)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.write("{}");
            assertThat(client.readAll()).startsWith("HTTP/1.1 201");
        }
    }

    @Test
    void a_client_of_the_simulated_model_is_told_to_send_its_body() throws IOException {
        try (RawClient client = new RawClient(gateway.uri(), 0)) {
            client.write(head("POST /simulator/openai/v1/chat/completions HTTP/1.1", "Content-Type: application/json",
                    "Content-Length: 2", "Expect: 100-continue"));
            assertThat(client.read(4_096)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.write("{}");
            assertThat(client.readAll()).startsWith("HTTP/1.1 400");
        }
    }

    /** The service answers without 100, so the client sends no byte of a body that Parley would refuse. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "POST /api/v1/sessions|Content-Type: text/plain|415",
            "POST /api/v1/sessions/x/turns|Content-Type: application/json|404",
            "POST /nothing|Content-Type: application/json|404",
            "PUT /api/v1/sessions|Content-Type: application/json|405", "POST /api/v1/sessions|X-Other: 1|415",
            "POST /api/v1/sessions|X-Owner: eve|401", "POST /api/v1/sessions|Sec-Fetch-Site: cross-site|403" })
    void a_client_that_is_refused_is_told_so_before_its_body(String line, String header, int status) throws IOException {
        assertThat(firstAnswer(line + " HTTP/1.1\r\nHost: localhost\r\nX-Owner: ada\r\n" + header
                + "\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n")).startsWith("HTTP/1.1 " + status)
                .containsIgnoringCase("connection: close");
    }

    /** The bodies are longer than the service reads ahead, so it must take in the rest of each for the next request to come. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "POST {session}/messages?typo=1|X-Owner: ada|400",
            "POST /api/v1/sessions|X-Other: 1|401",
            "POST /api/v1/sessions/x/turns|X-Owner: ada|404", "OPTIONS /api/v1/sessions|X-Owner: ada|204",
            "OPTIONS /api/v1/nothing|X-Owner: ada|404", "POST /nothing|X-Owner: ada|404",
            "PUT /api/v1/sessions|X-Owner: ada|405",
            "POST /|X-Owner: ada|404", "POST /api/v1/sessions|Sec-Fetch-Site: cross-site|403",
            "GET /api/v1/models|X-Owner: ada|200", "GET /chat.js?x|X-Owner: ada|404", "DELETE {session}|X-Owner: ada|204",
            "POST /simulator/openai/v1/nothing|X-Owner: ada|404" })
    void a_request_that_is_answered_before_its_body_does_not_hold_up_the_next(String line, String header, int status)
            throws IOException {
        String type = line.startsWith("POST") ? "Content-Type: application/json" : "X-None: 1";
        String body = "x".repeat(3 << 20);
        for (String rest : List.of("Content-Length: " + body.length() + "\r\n\r\n" + body,
                "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n")) {
            assertThat(
                    answers(line.replace("{session}", session()) + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n" + type
                            + "\r\n" + rest + get("/api/v1/models")))
                    .startsWith("HTTP/1.1 " + status)
                    .containsPattern("(?s)HTTP/1.1 .*HTTP/1.1 200 ");
        }
    }

    @Test
    void a_body_for_the_management_port_does_not_hold_up_the_next_request() throws IOException {
        String body = "x".repeat(3 << 20);
        for (String line : List.of("POST /q/health/ready", "GET /q/metrics", "POST /nothing", "OPTIONS /q/metrics")) {
            assertThat(managementAnswers(line + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length() + "\r\n\r\n"
                    + body + get("/q/health/ready"))).as(line).containsPattern("(?s)HTTP/1.1 .*HTTP/1.1 200 ");
        }
    }

    @Test
    void a_body_that_is_too_large_is_refused_before_it_comes() throws IOException {
        assertThat(firstAnswer(head("POST " + SESSIONS + " HTTP/1.1", "Content-Type: application/json",
                "Content-Length: 99999999", "Expect: 100-continue"))).startsWith("HTTP/1.1 413");
    }

    @ParameterizedTest
    @ValueSource(strings = { "200-ok", "100-continue, x", "gone", "x=y" })
    void an_unknown_expectation_is_a_problem(String expectation) throws IOException {
        assertProblem(answers(head("POST " + SESSIONS + " HTTP/1.1", "Content-Type: application/json", "Content-Length: 2",
                "Expect: " + expectation)), 417);
    }

    @Test
    void http_1_0_knows_no_expectation() throws IOException {
        assertThat(answers("POST " + SESSIONS + " HTTP/1.0\r\nX-Owner: ada\r\nContent-Type: application/json\r\n"
                + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}")).containsPattern("^HTTP/1.[01] 201");
    }

    /** A time-out of the service ends each of these connections, not a time-out of the test. */
    @Test
    void a_request_that_does_not_come_is_not_waited_for() throws IOException {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (String beginning : List.of("", "G", "\r\n", "GET " + SESSIONS + " HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n",
                    "GET " + SESSIONS + " HTTP/1.1\r\nHost: localhost\r\nX: ", "POST " + SESSIONS)) {
                for (URI server : List.of(gateway.uri(), gateway.managementUri())) {
                    RawClient client = new RawClient(server, 0);
                    clients.add(client);
                    client.write(beginning);
                }
            }
            for (RawClient client : clients) {
                assertThat(client.readAll()).isEmpty();
            }
        } finally {
            closeAll(clients);
        }
    }

    private static void closeAll(List<RawClient> clients) throws IOException {
        for (RawClient client : clients) {
            client.close();
        }
    }

    @Test
    void a_head_that_drips_is_cut() throws IOException {
        try (RawClient client = new RawClient(gateway.uri(), 0)) {
            client.write("GET /api/v1/sessions HTTP/1.1\r\n");
            assertThat(drip(client)).isPositive();
        }
    }

    @Test
    void a_second_head_that_drips_is_cut() throws IOException {
        try (RawClient client = new RawClient(gateway.uri(), 0)) {
            client.write("GET /api/v1/models HTTP/1.1\r\nHost: localhost\r\nX-Owner: ada\r\n\r\n");
            assertThat(client.readUntil("\"after\":null}")).startsWith("HTTP/1.1 200");
            assertThat(drip(client)).isPositive();
        }
    }

    @Test
    void a_connection_that_is_not_used_again_is_closed() throws IOException {
        try (RawClient client = new RawClient(gateway.uri(), 0)) {
            client.write("GET /api/v1/models HTTP/1.1\r\nHost: localhost\r\nX-Owner: ada\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 200");
        }
    }

    /** The turn has no output for longer than a connection may be idle. */
    @Test
    void a_connection_whose_request_is_being_answered_is_kept() throws IOException {
        String body = "{\"content\":\"a [first=5000]\"}";
        assertThat(answers(head("POST " + session() + "/turns HTTP/1.1", "Content-Type: application/json",
                "Content-Length: " + body.length()) + body)).startsWith("HTTP/1.1 201");
    }

    @Test
    void connections_have_a_bound_and_there_is_room_again_later() throws IOException {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 120; i++) {
                clients.add(new RawClient(gateway.uri(), 0));
            }
            for (RawClient client : clients) {
                assertThat(client.readAll()).isEmpty();
            }
        } finally {
            closeAll(clients);
        }
        assertThat(gateway.output()).containsOnlyOnce("as many as parley.connections.max allows");
        assertThat(answers(get(SESSIONS))).startsWith("HTTP/1.1 200");
    }

    /**
     * Sends a header letter by letter until the service closes the connection. Returns the number of letters that were sent.
     */
    private static int drip(RawClient client) throws IOException {
        for (int sent = 0;; sent++) {
            try {
                client.write(sent == 0 ? "X" : "x");
                if (!client.awaitBytes(Duration.ofMillis(100))) {
                    continue;
                }
            } catch (SocketException _) {
                return sent;
            }
            assertThat(client.readAll()).isEmpty();
            return sent;
        }
    }

    /** Parley checks the address itself, because the errors of the configuration and of the Redis client would repeat it. */
    @Test
    void an_address_with_a_password_is_never_printed() {
        List<Gateway> launched = Stream.of("redis://:pass word@localhost:6379", "redis://:pass/word@localhost:6379",
                "redis://:pass%word@localhost:6379").map(address -> Gateway.launch(Map.of("quarkus.redis.hosts", address)))
                .toList();
        for (Gateway refused : launched) {
            try (refused) {
                assertThat(refused.awaitEnd()).isPositive();
                assertThat(refused.output()).contains("quarkus.redis.hosts: must be redis://").doesNotContain("pass word",
                        "pass/word", "pass%word", "word@localhost");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { "*", "app.example", "https://app.example/path" })
    void an_origin_that_is_none_stops_the_start(String entry) {
        try (Gateway refused = Gateway.launch(Map.of("parley.allowed-origins", "https://a.example," + entry))) {
            assertThat(refused.awaitEnd()).isPositive();
            assertThat(refused.output()).contains("parley.allowed-origins: must be").contains("has the entry " + entry);
        }
    }

    @Test
    void a_setting_without_effect_is_told_at_start() {
        Map<String, String> environment = Map.of("PARLEY_SSE_HARTBEAT", "1S", "PARLEY_PROVIDERS_MY_GPU_BASE_URL",
                "http://secret",
                "PARLEY_PROVIDERS__MY_GPU__PROTOCOL", "openai", "PARLEY_PROVIDERS__MY_GPU__BASE_URL", "http://gpu",
                "PARLEY_PROVIDERS_GPU_PROTOCOL", "openai", "PARLEY_PROVIDERS_GPU_BASE_URL", "http://gpu", "PARLEY_SSE_RETRY",
                "2S",
                "OPENAI_BASE_URL", "http://other/v1", "PARLEY_SIMULATOR_ENABLED", "false");
        try (Gateway told = Gateway.startIn(environment, Map.of("parley.sessions.retention", "P1D", "parley.typo", "secret",
                "parley.data-dir", folder.resolve("told").toString()))) {
            assertThat(told.output())
                    .contains("PARLEY_SSE_HARTBEAT has no effect", "PARLEY_PROVIDERS_MY_GPU_BASE_URL has no effect",
                            "parley.typo has no effect", "parley.providers.openai.base-url names another server")
                    .doesNotContain("secret", "PARLEY_SSE_RETRY", "RETENTION", "retention", "PARLEY_PROVIDERS_GPU",
                            "__MY_GPU__PROTOCOL",
                            "PARLEY_SIMULATOR", "http://other");
        }
    }

    @Test
    void without_any_model_it_starts_and_says_what_is_missing() {
        try (Gateway told = Gateway.start(Map.of("parley.simulator.enabled", "false", "parley.data-dir",
                folder.resolve("none").toString()))) {
            assertThat(told.output()).contains("No model is configured.");
            assertThat(told.health("ready").status()).isEqualTo(200);
            assertThat(told.client().say(told.client().createSession("{}"), "Hello").body())
                    .contains("No model is configured.");
        }
    }
}
