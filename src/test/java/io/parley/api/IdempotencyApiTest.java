package io.parley.api;

import static io.parley.api.Api.SESSIONS;
import static io.parley.api.Api.json;
import static io.parley.api.Api.message;
import static io.parley.api.Api.saying;
import static io.parley.api.Api.session;
import static io.parley.api.Api.sessionWith;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class IdempotencyApiTest {
    private final String key = UUID.randomUUID().toString();

    @Test
    void a_session_is_created_once() {
        String id = post(SESSIONS, "{\"title\":\"x\"}").statusCode(201).header("Idempotent-Replayed", nullValue())
                .extract().path("id");

        post(SESSIONS, "{\"title\":\"x\"}").statusCode(201).header("Idempotent-Replayed", equalTo("true"))
                .body("id", equalTo(id));
        json("{\"title\":\"x\"}").header("Idempotency-Key", "\"" + key + "\"").post(SESSIONS).then().body("id", equalTo(id));
        post(SESSIONS, "{\"title\":\"y\"}").statusCode(422).body("code", equalTo("idempotency-key-reused"));
        post(SESSIONS, "{\"title\": \"x\"}").statusCode(422);
    }

    @Test
    void what_was_refused_is_not_remembered() {
        post(SESSIONS, "{\"temperature\":9}").statusCode(400);
        post(SESSIONS, "{\"temperature\":1}").statusCode(201);
    }

    @Test
    void messages_and_forks_are_made_once() {
        String session = sessionWith("a");
        for (int i = 0; i < 2; i++) {
            post(session + "/messages", message("user", "b")).statusCode(201).body("id", equalTo("m2"));
        }
        String fork = post(session + "/forks", "{\"through\":\"m1\"}").statusCode(201).extract().path("id");

        post(session + "/forks", "{\"through\":\"m1\"}").statusCode(201).body("id", equalTo(fork))
                .header("Idempotent-Replayed", equalTo("true"));
        when().get(session + "/messages").then().body("data", hasSize(2));
    }

    @Test
    void a_repeated_message_that_has_been_removed_is_not_found() {
        String session = sessionWith("a");
        post(session + "/messages", message("user", "b")).statusCode(201);
        when().delete(session + "/messages/m2").then().statusCode(204);

        post(session + "/messages", message("user", "b")).statusCode(404).body("code", equalTo("message-not-found"));
    }

    @Test
    void a_finished_turn_is_replayed_in_every_form() {
        String session = session("{}");
        String id = post(session + "/turns", saying("Hello.")).statusCode(201).extract().path("id");

        post(session + "/turns", saying("Hello.")).statusCode(201).body("id", equalTo(id))
                .header("Idempotent-Replayed", equalTo("true"));
        json(saying("Hello.")).header("Idempotency-Key", key).accept("text/event-stream").post(session + "/turns").then()
                .statusCode(200).header("Idempotent-Replayed", equalTo("true")).contentType("text/event-stream")
                .body(containsString("event: turn\n")).body(containsString("event: done\n"));
        json(saying("Hello.")).header("Idempotency-Key", key).header("Prefer", "respond-async").post(session + "/turns")
                .then().statusCode(201).body("id", equalTo(id));
        post(session + "/turns", saying("Other.")).statusCode(422);
        when().get(session + "/messages").then().body("data", hasSize(2));
    }

    @Test
    void a_running_turn_is_joined() {
        String session = session("{}");
        List<CompletableFuture<String>> answers = Stream.generate(() -> CompletableFuture.supplyAsync(
                () -> post(session + "/turns", saying("Hello. [first=500]")).statusCode(201).extract().<String> path("id")))
                .limit(4).toList();

        assertThat(answers.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        when().get(session + "/messages").then().body("data", hasSize(2));
    }

    @Test
    void a_turn_that_failed_without_text_runs_again_without_a_second_message() {
        String session = session("{}");
        post(session + "/turns", saying("Fail. [fail=400]")).statusCode(502);
        post(session + "/turns", saying("Fail. [fail=400]")).statusCode(502);

        when().get(session + "/messages").then().body("data", hasSize(1));
    }

    @Test
    void the_same_key_elsewhere_is_another_request() {
        String one = session("{}");
        String other = session("{}");

        post(one + "/messages", message("user", "a")).statusCode(201);
        post(other + "/messages", message("user", "b")).statusCode(201).header("Idempotent-Replayed", nullValue());
        post(one + "/turns", saying("c")).statusCode(201);
    }

    @Test
    void a_malformed_key_is_refused() {
        for (String bad : List.of("a b", "\"a", "x".repeat(256), "\"\"")) {
            json("{}").header("Idempotency-Key", bad).post(SESSIONS).then().statusCode(400)
                    .body("errors[0].pointer", equalTo("Idempotency-Key"));
        }
    }

    private ValidatableResponse post(String path, String body) {
        return json(body).header("Idempotency-Key", key).post(path).then();
    }
}
