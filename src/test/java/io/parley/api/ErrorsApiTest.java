package io.parley.api;

import static io.parley.api.Api.PROBLEM;
import static io.parley.api.Api.SESSIONS;
import static io.parley.api.Api.json;
import static io.parley.api.Api.sessionWith;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.blankOrNullString;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ErrorsApiTest {
    @TestHTTPResource
    URL url;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                          | malformed-json  | ``
            {                           | malformed-json  | ``
            {"title":"a","title":"b"}   | malformed-json  | /title
            {} x                        | malformed-json  | ``
            {"title":"\\ud800"}         | malformed-json  | /title
            null                        | invalid-request | ``
            []                          | invalid-request | ``
            "text"                      | invalid-request | ``
            {"title":5}                 | invalid-request | /title
            {"temperature":1e999999999} | invalid-request | /temperature
            {"temperature":NaN}         | malformed-json  | /temperature
            {"titel":"x"}               | invalid-request | /titel
            """)
    void a_bad_body_is_named_by_its_pointer(String body, String code, String pointer) {
        problem(json(body).post(SESSIONS).then(), 400, code).body("errors[0].pointer", equalTo(pointer))
                .body("retryable", equalTo(false));
    }

    @ParameterizedTest
    @CsvSource({ "GET, '', '?limitt=5', limitt", "GET, '', '?limit=5&Q=x', Q", "GET, '', '?state=running', state",
            "POST, '', '?dryRun=true', dryRun", "GET, '/{id}', '?include=messages', include", "PATCH, '/{id}', '?x', x",
            "DELETE, '/{id}', '?force=1', force", "GET, '/{id}/messages', '?supersede=true', supersede",
            "GET, '/{id}/messages/m1', '?width=5', width", "POST, '/{id}/turns', '?stream=true', stream",
            "GET, '/{id}/turns', '?%73tates=running', states", "GET, '/{id}/usage', '?compare', compare",
            "GET, '/{id}/context', '?policies=full', policies", "GET, '/{id}/events', '?limit=5', limit" })
    void a_query_parameter_that_is_not_known_is_named(String method, String path, String query, String name) {
        String session = sessionWith("a");
        String target = SESSIONS + path.replace("{id}", session.substring(SESSIONS.length() + 1)) + query;
        String body = method.equals("POST") || method.equals("PATCH") ? "{}" : null;
        problem((body == null ? given() : json(body)).urlEncodingEnabled(false).request(method, target).then(), 400,
                "invalid-request").body("errors[0].pointer", equalTo(name))
                .body("errors[0].detail", containsString("must be left out"));
        when().get(session).then().statusCode(200).body("messages", equalTo(1));
    }

    @Test
    void a_parameter_is_known_to_head_too_and_a_path_that_is_not_there_has_none() {
        when().head(SESSIONS + "?limit=1").then().statusCode(200);
        when().get("/api/v1/models?x=1").then().statusCode(400);
        problem(when().put(SESSIONS + "?x=1").then(), 405, "method-not-allowed");
        problem(when().get("/api/v1/nothing?x=1").then(), 404, "no-such-route");
        problem(when().get(SESSIONS + "?" + "n".repeat(3_000)).then(), 400, "invalid-request")
                .body("errors[0].pointer", equalTo("n".repeat(100)));
    }

    @Test
    void a_body_that_is_nested_too_deep_is_refused() {
        problem(json("{\"metadata\":" + "{\"a\":".repeat(1_001) + "1" + "}".repeat(1_001) + "}").post(SESSIONS).then(), 400,
                "malformed-json");
    }

    @Test
    void a_body_that_is_too_large_is_refused_by_its_length() throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream()
                    .write(("POST " + SESSIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
                            + "\r\nContent-Length: 34000000\r\n\r\n{\"title\":\"").getBytes(StandardCharsets.US_ASCII));
            assertThat(answer(socket)).startsWith("HTTP/1.1 413").contains(PROBLEM, "too-large");
        }
    }

    @Test
    void a_chunked_body_that_is_too_large_is_refused() throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + SESSIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("100000\r\n" + " ".repeat(0x100000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 33; i++) {
                out.write(chunk);
            }
            assertThat(answer(socket)).startsWith("HTTP/1.1 413").contains(PROBLEM);
        }
    }

    private static String answer(Socket socket) throws IOException {
        byte[] answer = new byte[4_096];
        int length = socket.getInputStream().read(answer);
        return new String(answer, 0, length, StandardCharsets.UTF_8);
    }

    @Test
    void text_that_is_too_long_is_refused_with_its_pointer() {
        String session = sessionWith("a");
        String text = "x".repeat(1024 * 1024 + 1);

        problem(json(Api.message("user", text)).post(session + "/messages").then(), 413, "too-large")
                .body("errors[0].pointer", equalTo("/content"));
        problem(json(Api.saying(text)).post(session + "/turns").then(), 413, "too-large");
    }

    @Test
    void a_megabyte_of_text_is_taken() {
        json(Api.message("user", "x ".repeat(512 * 1024))).post(sessionWith("a") + "/messages").then().statusCode(201);
    }

    @Test
    void a_body_that_is_not_json_is_refused() {
        problem(given().contentType("text/plain").body("{}").post(SESSIONS).then(), 415, "unsupported-media-type");
        problem(given().contentType("application/xml").body("<a/>").post(SESSIONS).then(), 415, "unsupported-media-type");
    }

    @Test
    void an_unknown_path_is_a_problem_wherever_it_is() {
        for (String path : List.of("/api/v1/nothing", "/api/v1", "/api/v2/sessions", "/nothing", "/nothing.html")) {
            problem(when().get(path).then(), 404, "no-such-route");
        }
    }

    @ParameterizedTest
    @CsvSource({ "PUT,/api/v1/sessions,POST", "DELETE,/api/v1/sessions,GET", "PUT,/api/v1/sessions/a.b,PATCH",
            "POST,/api/v1/sessions/a.b/messages/m1,DELETE", "GET,/api/v1/sessions/a.b/turns/t1/cancel,POST",
            "POST,/api/v1/models,GET", "PUT,/api/v1/sessions/a.b/turns/t1/events,GET" })
    void an_unknown_method_is_told_which_ones_there_are(String method, String path, String known) {
        problem(given().contentType("application/json").body("{}").request(method, path).then(), 405, "method-not-allowed")
                .header("Allow", containsString(known));
    }

    @Test
    void an_answer_that_nobody_can_give_is_a_problem_all_the_same() {
        problem(given().accept("application/xml").get(SESSIONS).then(), 406, "not-acceptable");
        problem(given().accept("text/html").get(SESSIONS + "/no.such").then(), 406, "not-acceptable");
    }

    @Test
    void strange_ids_are_just_not_there() {
        for (String id : List.of("x", "a.b", "%00", "a%2Fb", "..%2f..", "*", "%7Btag%7D", "%C3%A9", "%0d%0a", "a".repeat(500),
                "a.b.c")) {
            given().urlEncodingEnabled(false).get(SESSIONS + "/" + id).then().statusCode(404).contentType(PROBLEM);
        }
        String session = sessionWith("a");
        for (String id : List.of("m0", "m01", "1", "m1x", "m" + "9".repeat(30))) {
            problem(when().get(session + "/messages/" + id).then(), 404, "message-not-found");
        }
    }

    @Test
    void a_request_keeps_the_name_that_its_client_gave_it() {
        given().header("X-Request-Id", "mine-1.2_3").get(SESSIONS).then().header("X-Request-Id", equalTo("mine-1.2_3"));
        problem(given().header("X-Request-Id", "mine").get(SESSIONS + "/a.b").then(), 404, "session-not-found")
                .body("requestId", equalTo("mine"));
        given().header("X-Request-Id", "not mine").get(SESSIONS).then().header("X-Request-Id", not(equalTo("not mine")));
        when().get("/").then().header("X-Request-Id", notNullValue());
    }

    @Test
    void a_request_without_a_host_is_a_problem() throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[4_096];
            int length = socket.getInputStream().read(answer);
            assertThat(new String(answer, 0, length, StandardCharsets.UTF_8)).startsWith("HTTP/1.1 400").contains(PROBLEM)
                    .doesNotContain("Exception");
        }
    }

    @Test
    void several_broken_rules_are_named_at_once() {
        problem(json("{\"titel\":1,\"stop\":\"x\"}").post(SESSIONS).then(), 400, "invalid-request").body("errors", hasSize(2));
    }

    @CanIgnoreReturnValue
    private static ValidatableResponse problem(ValidatableResponse answer, int status, String code) {
        return answer.statusCode(status).contentType(PROBLEM)
                .body("type", equalTo("https://parley.dev/problems/" + code)).body("code", equalTo(code))
                .body("status", equalTo(status)).body("title", not(blankOrNullString()))
                .body("detail", not(blankOrNullString())).body("requestId", not(blankOrNullString()));
    }
}
