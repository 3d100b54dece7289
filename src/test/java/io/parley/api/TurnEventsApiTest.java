package io.parley.api;

import static io.parley.testing.ChatClient.saying;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.parley.testing.ChatClient;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TurnEventsApiTest {
    @TestHTTPResource
    URL url;
    private URI base;
    private ChatClient client;
    private String session;

    @BeforeEach
    void open() throws URISyntaxException {
        base = url.toURI();
        client = new ChatClient(base);
        session = client.createSession("{}");
    }

    @Test
    void a_turn_is_told_from_its_opening_to_its_end() {
        try (SseStream stream = client.stream(session, saying("Hello."))) {
            List<Event> events = stream.rest();

            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.headers().map()).containsEntry("content-type", List.of("text/event-stream"))
                    .containsEntry("cache-control", List.of("no-cache, no-transform"))
                    .containsEntry("x-accel-buffering", List.of("no")).containsKey("x-request-id");
            assertThat(events).extracting(Event::name).startsWith("turn", "context").endsWith("done")
                    .containsSubsequence("delta", "done").doesNotContain("failed");
            assertThat(events).extracting(Event::number).isSorted().doesNotHaveDuplicates();
            assertThat(events.getFirst().number()).isPositive();
            assertThat(events.getFirst().json().at("/userMessage").asText()).isEqualTo("m1");
            assertThat(events.getLast().json().at("/state").asText()).isEqualTo("completed");
            assertThat(client.messages(session).getLast().at("/content/0/text").asText()).isEqualTo(SseStream.text(events));
        }
    }

    @Test
    void a_provider_that_fails_is_an_event_and_not_a_cut_stream() {
        try (SseStream stream = client.stream(session, saying("Fail. [fail=400]"))) {
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.rest().getLast()).satisfies(last -> {
                assertThat(last.name()).isEqualTo("failed");
                assertThat(last.json().at("/problem/code").asText()).startsWith("provider-");
                assertThat(last.json().at("/problem/status").asInt()).isEqualTo(502);
            });
        }
    }

    @Test
    void what_fails_before_the_turn_is_open_is_a_status() {
        try (SseStream stream = client.stream("no.such", saying("x"))) {
            assertThat(stream.status()).isEqualTo(404);
            assertThat(stream.headers().firstValue("content-type")).hasValue("application/problem+json");
        }
        try (SseStream stream = client.stream(session, "{\"content\":\"\"}")) {
            assertThat(stream.status()).isEqualTo(400);
        }
    }

    @Test
    void a_client_goes_on_where_it_was() {
        List<Event> all;
        try (SseStream stream = client.stream(session, saying("Tell me something. [words=20]"))) {
            all = stream.rest();
        }
        String turn = all.getFirst().json().at("/turn").asText();

        for (int i = 0; i < all.size() - 1; i++) {
            try (SseStream rest = client.events(session, turn, "Last-Event-ID", all.get(i).id())) {
                assertThat(rest.rest()).isEqualTo(all.subList(i + 1, all.size()));
            }
        }
        try (SseStream again = client.events(session, turn)) {
            assertThat(again.rest()).isEqualTo(all);
        }
        try (SseStream over = client.events(session, turn, "Last-Event-ID", all.getLast().id())) {
            assertThat(over.status()).isEqualTo(204);
        }
    }

    @Test
    void a_repeated_request_goes_on_where_the_client_was() {
        String body = saying("Tell me something. [words=20]");
        List<Event> all;
        try (SseStream stream = client.stream(session, body, "Idempotency-Key", "resume")) {
            all = stream.rest();
        }
        try (SseStream rest = client.stream(session, body, "Idempotency-Key", "resume", "Last-Event-ID", "4")) {
            assertThat(rest.rest()).isEqualTo(all.stream().filter(event -> event.number() > 4).toList());
        }
        try (SseStream fresh = client.stream(session, body, "Last-Event-ID", "4")) {
            assertThat(fresh.next().id()).isEqualTo("1");
        }
    }

    @Test
    void two_clients_hear_the_same_and_one_that_leaves_does_no_harm() {
        try (SseStream first = client.stream(session, saying("Tell me a story. [pace=5] [words=100]"))) {
            Event opened = first.next("turn");
            String turn = opened.json().at("/turn").asText();
            try (SseStream leaver = client.events(session, turn)) {
                assertThat(leaver.next().name()).isEqualTo("turn");
            }
            try (SseStream second = client.events(session, turn)) {
                List<Event> heard = second.rest();
                assertThat(heard.getFirst()).isEqualTo(opened);
                assertThat(first.rest()).isEqualTo(heard.subList(1, heard.size()));
            }
        }
    }

    @Test
    void the_header_wins_over_the_parameter_and_both_must_be_numbers() {
        String turn = client.say(session, "Hello.").at("/id");
        String events = "/api/v1/sessions/" + session + "/turns/" + turn + "/events";

        given().header("Last-Event-ID", "1").get(events + "?after=0").then().statusCode(200)
                .body(not(containsString("event: turn\n")));
        for (String bad : List.of("x", "-1", "1.5", "1e3", "01", "99999999999999999999")) {
            given().header("Last-Event-ID", bad).get(events).then().statusCode(400)
                    .body("errors[0].pointer", equalTo("Last-Event-ID"));
            given().queryParam("after", bad).get(events).then().statusCode(400).body("errors[0].pointer", equalTo("after"));
        }
        given().accept("application/json").get(events).then().statusCode(406);
        given().get(events.replace(turn, "tnothing")).then().statusCode(404);
    }

    @Test
    void an_id_beyond_what_is_known_gets_the_whole_text() {
        String turn = client.say(session, "Hello.").at("/id");

        try (SseStream stream = client.events(session, turn, "Last-Event-ID", "999999")) {
            List<Event> events = stream.rest();
            assertThat(events).extracting(Event::name).startsWith("reset").endsWith("done");
            assertThat(SseStream.text(events)).isEqualTo(client.messages(session).getLast().at("/content/0/text").asText());
        }
    }

    @Test
    void a_head_request_is_answered_at_once_even_while_the_turn_runs() {
        String turn = Api.running("/api/v1/sessions/" + session, 20_000);

        given().head(turn + "/events").then().statusCode(200).contentType("text/event-stream");
        Api.cancel(turn);
    }

    @Test
    void a_client_of_http_1_0_gets_the_stream_and_then_the_end_of_the_connection() throws IOException {
        String turn = client.say(session, "Hello.").at("/id");

        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.getOutputStream().write(("GET /api/v1/sessions/" + session + "/turns/" + turn
                    + "/events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(read(socket.getInputStream())).startsWith("HTTP/1.0 200").doesNotContainIgnoringCase("chunked")
                    .contains("\r\n\r\nretry: ").contains("event: done");
        }
    }

    @Test
    void head_and_first_events_arrive_together() throws IOException {
        String turn = client.say(session, "Hello.").at("/id");

        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.getOutputStream().write(("GET /api/v1/sessions/" + session + "/turns/" + turn
                    + "/events HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] first = new byte[64 * 1024];
            int length = socket.getInputStream().read(first);
            assertThat(new String(first, 0, length, StandardCharsets.UTF_8)).contains("retry: ").contains("event: turn");
        }
    }

    private static String read(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}
