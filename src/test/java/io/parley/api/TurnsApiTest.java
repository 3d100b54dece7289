package io.parley.api;

import static io.parley.api.Api.PROBLEM;
import static io.parley.api.Api.cancel;
import static io.parley.api.Api.json;
import static io.parley.api.Api.message;
import static io.parley.api.Api.running;
import static io.parley.api.Api.say;
import static io.parley.api.Api.saying;
import static io.parley.api.Api.session;
import static io.parley.api.Api.sessionWith;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TurnsApiTest {

    @Test
    void a_client_that_waits_gets_the_finished_turn() {
        String session = session("{}");

        String location = say(session, "Hello.").statusCode(201).contentType("application/json")
                .body("state", equalTo("completed")).body("userMessage", equalTo("m1")).body("message", equalTo("m2"))
                .body("finishReason", equalTo("stop")).body("content[0].text", notNullValue())
                .body("usage.inputTokens", greaterThan(0)).body("usage.outputTokens", greaterThan(0))
                .body("model", notNullValue()).body("problem", nullValue())
                .header("Preference-Applied", nullValue()).extract().header("Location");
        when().get(location).then().statusCode(200).body("state", equalTo("completed"));
        when().get(session + "/messages").then().body("data.role", equalTo(List.of("user", "assistant")))
                .body("data[1].finishReason", equalTo("stop")).body("data[0].turn", equalTo(id(location)));
    }

    @Test
    void a_client_that_does_not_want_to_wait_polls() {
        String session = session("{}");
        String turn = running(session, 1_500);

        when().get(turn).then().statusCode(200).body("state", equalTo("running")).body("message", nullValue());
        given().header("Prefer", "wait=0").get(turn).then().body("state", equalTo("running"))
                .header("Preference-Applied", equalTo("wait=0"));
        given().header("Prefer", "wait=40").get(turn).then().body("state", equalTo("completed"))
                .header("Preference-Applied", equalTo("wait=40"));
    }

    @Test
    void a_client_that_waits_a_little_is_told_where_to_look() {
        String session = session("{}");

        String turn = json(saying("Wait. [first=20000]")).header("Prefer", "wait=1").post(session + "/turns").then()
                .statusCode(202).header("Preference-Applied", equalTo("wait=1")).body("state", equalTo("running"))
                .extract().header("Location");
        when().get(session).then().body("runningTurn", equalTo(id(turn)));
        cancel(turn);
    }

    @Test
    void a_form_that_cannot_be_answered_is_refused_before_anything_is_stored() {
        String session = session("{}");

        json(saying("x")).accept("text/html").post(session + "/turns").then().statusCode(406).contentType(PROBLEM)
                .body("code", equalTo("not-acceptable"));
        json(saying("x")).post(session + "/turns?thinking=perhaps").then().statusCode(400)
                .body("errors[0].pointer", equalTo("thinking"));
        when().get(session + "/messages").then().body("data", hasSize(0));
    }

    @Test
    void a_turn_that_fails_is_a_problem_that_says_what_is_stored() {
        String session = session("{}");

        String turn = say(session, "Fail. [fail=400]").contentType(PROBLEM).statusCode(502)
                .body("code", startsWith("provider-")).body("stored", equalTo(true)).body("userMessage", equalTo("m1"))
                .body("turn", notNullValue()).body("requestId", notNullValue()).extract().path("turn");
        when().get(session + "/turns/" + turn).then().statusCode(200).body("state", equalTo("failed"))
                .body("problem.code", startsWith("provider-")).body("problem.status", equalTo(502));
        when().get(session + "/messages").then().body("data", hasSize(1));
    }

    @Test
    void a_second_turn_at_once_is_refused_with_the_id_of_the_first() {
        String session = session("{}");
        String turn = running(session, 20_000);

        say(session, "Me too.").statusCode(409).body("code", equalTo("turn-running")).body("turn", equalTo(id(turn)))
                .header("x-should-retry", equalTo("false")).body("stored", nullValue());
        when().get(session + "/turns?state=running").then().body("data.id", equalTo(List.of(id(turn))));
        cancel(turn);
        when().get(session + "/turns?state=running").then().body("data", hasSize(0));
        when().get(session + "/turns?state=cancelled").then().body("data", hasSize(1));
    }

    @Test
    void what_was_said_before_a_cancel_is_kept() {
        String session = session("{}");
        String turn = json(saying("Go. [first=1] [pace=40] [words=2000]")).header("Prefer", "respond-async")
                .post(session + "/turns").then().statusCode(202).extract().header("Location");
        await().until(() -> !when().get(turn).then().extract().<List<?>> path("content").isEmpty());

        given().post(turn + "/cancel").then().statusCode(200).body("state", equalTo("cancelled"))
                .body("finishReason", equalTo("cancelled")).body("message", notNullValue());
        given().post(turn + "/cancel").then().statusCode(200).body("state", equalTo("cancelled"));
        when().get(session + "/messages").then().body("data", hasSize(2)).body("data[1].status", equalTo("cancelled"));
    }

    @Test
    void turns_are_listed_newest_first() {
        String session = session("{}");
        List<String> ids = Stream.of("1", "2", "3")
                .map(text -> say(session, text).statusCode(201).extract().<String> path("id")).toList();

        String after = when().get(session + "/turns?limit=2").then().statusCode(200)
                .body("data.id", equalTo(List.of(ids.get(2), ids.get(1)))).body("hasMore", equalTo(true))
                .extract().path("after");
        given().queryParam("after", after).get(session + "/turns").then().body("data.id", equalTo(List.of(ids.get(0))))
                .body("hasMore", equalTo(false));
        when().get(session + "/turns?state=done").then().statusCode(400).body("errors[0].pointer", equalTo("state"));
        when().get(session + "/turns/tnothing").then().statusCode(404).body("code", equalTo("turn-not-found"));
        given().post(session + "/turns/tnothing/cancel").then().statusCode(404);
    }

    @Test
    void a_regenerated_reply_takes_the_place_of_the_old_one() {
        String session = session("{}");
        say(session, "Hello.").statusCode(201);

        json("{\"regenerate\":true}").post(session + "/turns").then().statusCode(201).body("userMessage", equalTo("m1"))
                .body("message", not(equalTo("m2")));
        when().get(session + "/messages").then().body("data", hasSize(2)).body("data[1].id", not(equalTo("m2")));
        when().get(session + "/messages?superseded=true").then().body("data", hasSize(3))
                .body("data.find { it.id == 'm2' }.superseded", equalTo(true));
    }

    @Test
    void an_edited_message_starts_a_branch_of_its_own() {
        String session = session("{}");
        say(session, "One.").statusCode(201);
        say(session, "Two.").statusCode(201);

        json("{\"content\":\"Uno.\",\"replaces\":\"m1\"}").post(session + "/turns").then().statusCode(201);
        when().get(session + "/messages").then().body("data", hasSize(2)).body("data[0].content[0].text", equalTo("Uno."));
        json("{\"content\":\"x\",\"replaces\":\"m999\"}").post(session + "/turns").then().statusCode(404);
    }

    @Test
    void a_turn_without_content_answers_the_history_as_it_stands() {
        String session = sessionWith("Hello.");

        json("{}").post(session + "/turns").then().statusCode(201).body("userMessage", equalTo("m1"));
        json("{}").post(session + "/turns").then().statusCode(409).body("code", equalTo("nothing-to-answer"));
        json("{}").post(session("{}") + "/turns").then().statusCode(409).body("code", equalTo("nothing-to-answer"));
        json(message("user", "x")).post(session + "/messages").then().statusCode(201);
        json("{\"metadata\":{\"a\": 1}}").post(session + "/turns").then().statusCode(201).body("metadata.a", equalTo(1));
    }

    @Test
    void a_turn_on_an_unknown_model_is_refused() {
        json("{\"content\":\"x\",\"model\":\"no-such\"}").post(session("{}") + "/turns").then().statusCode(400)
                .body("errors[0].pointer", equalTo("/model"));
    }

    @Test
    void the_model_knows_what_was_said_before() {
        String session = session("{}");
        say(session, "My name is Ada.").statusCode(201);

        assertThat(say(session, "What is my name?").statusCode(201).extract().<String> path("content[0].text"))
                .contains("Ada");
    }

    private static String id(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }
}
