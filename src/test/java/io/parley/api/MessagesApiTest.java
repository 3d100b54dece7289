package io.parley.api;

import static io.parley.api.Api.cancel;
import static io.parley.api.Api.json;
import static io.parley.api.Api.message;
import static io.parley.api.Api.running;
import static io.parley.api.Api.session;
import static io.parley.api.Api.sessionWith;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class MessagesApiTest {
    /** One black pixel. */
    private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

    @Test
    void a_message_is_appended_and_read_again() {
        String session = session("{}");

        json("{\"role\":\"user\",\"content\":\" héllo\\r\\n\\u0000 👩‍👩‍👧 \"}").post(session + "/messages").then()
                .statusCode(201).header("Location", endsWith("/messages/m1")).header("ETag", equalTo("\"1-m0\""))
                .body("id", equalTo("m1")).body("turn", nullValue()).body("role", equalTo("user"))
                .body("status", equalTo("completed")).body("tokens", greaterThan(0))
                .body("superseded", nullValue());
        when().get(session + "/messages/m1").then().statusCode(200)
                .body("content", hasSize(1)).body("content[0].type", equalTo("text"))
                .body("content[0].text", equalTo(" héllo\r\n\u0000 👩‍👩‍👧 "));
    }

    @Test
    void a_list_is_appended_all_or_none() {
        String session = session("{}");
        String call = "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool-call\",\"id\":\"c\",\"name\":\"f\","
                + "\"arguments\":{ \"x\" : 1.0 }}]}";
        String result = "{\"role\":\"tool\",\"content\":[{\"type\":\"tool-result\",\"callId\":\"c\",\"content\":\"ok\"}]}";

        json("[" + message("user", "a") + "," + call + "," + result + "]").post(session + "/messages").then()
                .statusCode(201).body("data.id", equalTo(List.of("m1", "m2", "m3")))
                .body("data.role", equalTo(List.of("user", "assistant", "tool"))).body("hasMore", equalTo(false));
        json("[" + message("user", "b") + "," + message("user", "") + "]").post(session + "/messages").then()
                .statusCode(400).body("errors[0].pointer", equalTo("/1/content"));
        String history = when().get(session + "/messages").then().body("data", hasSize(3)).extract().asString();
        assertThat(history).contains("{ \"x\" : 1.0 }");
    }

    @Test
    void the_newest_page_comes_first_and_older_ones_before_it() {
        String session = sessionWith("1", "2", "3", "4", "5");

        String before = when().get(session + "/messages?limit=2").then().statusCode(200)
                .body("data.content.text.flatten()", equalTo(List.of("4", "5"))).body("hasMore", equalTo(true))
                .body("after", nullValue()).header("Link", containsString("rel=\"prev\"")).extract().path("before");
        String after = given().queryParam("before", before).get(session + "/messages?limit=2").then()
                .body("data.content.text.flatten()", equalTo(List.of("2", "3"))).body("hasMore", equalTo(true))
                .header("Link", containsString("rel=\"next\"")).extract().path("after");
        when().delete(session + "/messages/m3").then().statusCode(204);
        given().queryParam("after", after).get(session + "/messages").then()
                .body("data.content.text.flatten()", equalTo(List.of("4", "5"))).body("hasMore", equalTo(false));
        when().get(session + "/messages?before=m2&after=m1").then().statusCode(400);
        when().get(session + "/messages?before=nonsense").then().statusCode(400)
                .body("errors[0].pointer", equalTo("before"));
        when().get(session + "/messages?superseded=yes").then().statusCode(400)
                .body("errors[0].pointer", equalTo("superseded"));
    }

    @Test
    void an_edit_keeps_the_place_and_counts_a_version() {
        String session = sessionWith("a", "b", "c");

        json("{\"content\":\"B\"}").header("If-Match", "\"1\"").patch(session + "/messages/m2").then().statusCode(200)
                .header("ETag", equalTo("\"2-m1\"")).body("content[0].text", equalTo("B")).body("role", equalTo("assistant"));
        json("{\"content\":\"X\"}").header("If-Match", "\"1\"").patch(session + "/messages/m2").then().statusCode(412);
        json("{\"content\":[{\"type\":\"image\"}]}").patch(session + "/messages/m2").then().statusCode(400)
                .body("errors[0].pointer", equalTo("/content/0/type"));
        json("{\"content\":\"X\",\"role\":\"user\"}").patch(session + "/messages/m2").then().statusCode(400)
                .body("errors[0].pointer", equalTo("/role"));
        json("{\"content\":\"X\"}").patch(session + "/messages/m9").then().statusCode(404)
                .body("code", equalTo("message-not-found"));
        when().get(session + "/messages").then().body("data.content.text.flatten()", equalTo(List.of("a", "B", "c")));
    }

    @Test
    void who_has_a_message_already_is_told_so() {
        String session = sessionWith("a");

        given().header("If-None-Match", "\"0\", W/\"1-m0\"").get(session + "/messages/m1").then().statusCode(304)
                .header("ETag", equalTo("\"1-m0\""));
        given().header("If-None-Match", "*").get(session + "/messages/m1").then().statusCode(304);
        for (String other : List.of("\"1\"", "\"2-m0\"", "\"1-m0-superseded\"")) {
            given().header("If-None-Match", other).get(session + "/messages/m1").then().statusCode(200);
        }
        given().header("If-None-Match", "nonsense").get(session + "/messages/m1").then().statusCode(400);
    }

    @Test
    void a_message_whose_place_has_changed_is_read_anew_and_can_still_be_changed() {
        String session = sessionWith("a", "b", "c");
        String tag = when().get(session + "/messages/m2").then().statusCode(200).extract().header("ETag");
        json("{\"content\":\"x\",\"replaces\":\"m1\"}").post(session + "/turns").then().statusCode(201);
        String superseded = given().header("If-None-Match", tag).get(session + "/messages/m2").then().statusCode(200)
                .body("superseded", equalTo(true)).extract().header("ETag");
        given().header("If-Match", superseded).put(session + "/messages/m2/chosen").then().statusCode(200)
                .header("ETag", equalTo(tag));
        given().header("If-None-Match", superseded).get(session + "/messages/m2").then().statusCode(200)
                .body("superseded", equalTo(null)).header("ETag", equalTo(tag));
        given().header("If-None-Match", tag).get(session + "/messages/m2").then().statusCode(304);
        when().delete(session + "/messages/m1").then().statusCode(204);
        given().header("If-None-Match", tag).get(session + "/messages/m2").then().statusCode(200)
                .body("parent", equalTo(null));
        json("{\"content\":\"B\"}").header("If-Match", superseded).patch(session + "/messages/m2").then().statusCode(200)
                .header("ETag", equalTo("\"2-m0\""));
        given().header("If-Match", tag).delete(session + "/messages/m2").then().statusCode(412);
        given().header("If-Match", "\"2\"").delete(session + "/messages/m2").then().statusCode(204);
    }

    @Test
    void a_deleted_tool_call_takes_its_result_along() {
        String session = session("{}");
        json("[" + message("user", "a")
                + ",{\"role\":\"assistant\",\"content\":[{\"type\":\"tool-call\",\"id\":\"c\",\"name\":\"f\"}]},"
                + "{\"role\":\"tool\",\"content\":[{\"type\":\"tool-result\",\"callId\":\"c\",\"content\":\"x\"}]}]")
                .post(session + "/messages").then().statusCode(201);

        given().header("If-Match", "\"9\"").delete(session + "/messages/m2").then().statusCode(412);
        when().delete(session + "/messages/m2").then().statusCode(204);
        when().get(session + "/messages").then().body("data.id", equalTo(List.of("m1")));
        when().get(session + "/messages/m3").then().statusCode(404);
        when().delete(session + "/messages/m2").then().statusCode(404);
    }

    @Test
    void a_deleted_tool_call_takes_its_results_along_on_every_branch() {
        String session = session("{}");
        String called = json("[" + message("user", "a") + "," + call("c") + "]").post(session + "/messages")
                .then().statusCode(201).extract().path("data[1].id");
        String first = json(result("c")).post(session + "/messages").then().statusCode(201).extract().path("id");
        String second = json(result("other")).post(session + "/messages").then().statusCode(201).extract().path("id");
        json("{\"content\":\"b\",\"replaces\":\"m1\"}").post(session + "/turns").then().statusCode(201);
        when().put(session + "/messages/" + called + "/chosen").then().statusCode(200);
        when().delete(session + "/messages/" + second).then().statusCode(204);
        String late = json(result("c")).post(session + "/messages").then().statusCode(201).extract().path("id");
        String stays = json(result("other")).post(session + "/messages").then().statusCode(201).extract().path("id");
        json("{\"content\":\"c\",\"replaces\":\"m1\"}").post(session + "/turns").then().statusCode(201);

        when().delete(session + "/messages/" + called).then().statusCode(204);

        for (String gone : List.of(called, first, late)) {
            when().get(session + "/messages/" + gone).then().statusCode(404);
        }
        when().get(session + "/messages/" + stays).then().statusCode(200);
    }

    private static String call(String id) {
        return "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool-call\",\"id\":\"" + id + "\",\"name\":\"f\"}]}";
    }

    private static String result(String call) {
        return "{\"role\":\"tool\",\"content\":[{\"type\":\"tool-result\",\"callId\":\"" + call + "\",\"content\":\"x\"}]}";
    }

    @Test
    void an_image_is_stored_once_and_served_for_ever() {
        String session = session("{}");
        String body = "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Look.\"},{\"type\":\"image\",\"source\":"
                + "{\"type\":\"base64\",\"mediaType\":\"image/png\",\"data\":\"" + PNG + "\"}}]}";

        String url = json(body).post(session + "/messages").then().statusCode(201)
                .body("content[1].source.type", equalTo("stored")).body("content[1].source.width", equalTo(1))
                .extract().path("content[1].source.url");
        byte[] bytes = when().get(url).then().statusCode(200).contentType("image/png")
                .header("Cache-Control", equalTo("private, no-cache"))
                .header("X-Content-Type-Options", equalTo("nosniff"))
                .header("Content-Security-Policy", containsString("sandbox"))
                .extract().asByteArray();
        assertThat(bytes).isEqualTo(Base64.getDecoder().decode(PNG));
        String tag = when().get(url).header("ETag");
        given().header("If-None-Match", tag).get(url).then().statusCode(304);
        when().get(session + "/images/" + "0".repeat(64)).then().statusCode(404).body("code", equalTo("image-not-found"));
        when().get(session + "/images/nonsense").then().statusCode(404).body("code", equalTo("image-not-found"));
    }

    @Test
    void a_message_with_an_image_can_be_sent_back_as_it_was_read() {
        String session = session("{}");
        json("{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"mediaType\":\"image/png\","
                + "\"data\":\"" + PNG + "\"}}]}").post(session + "/messages").then().statusCode(201);
        String read = when().get(session + "/messages/m1").asString();
        String content = read.substring(read.indexOf("\"content\":") + 10, read.indexOf(",\"status\""));

        json("{\"content\":" + content + "}").patch(session + "/messages/m1").then().statusCode(200)
                .body("content[0].source.mediaType", equalTo("image/png")).body("content[0].source.width", equalTo(1));
        json("{\"content\":" + content + "}").patch(sessionWith("a") + "/messages/m1").then().statusCode(400)
                .body("errors[0].pointer", equalTo("/content"));
    }

    @Test
    void a_running_turn_blocks_changes_of_messages() {
        String session = sessionWith("a", "b");
        String turn = running(session, 20_000);
        String id = turn.substring(turn.lastIndexOf('/') + 1);

        json(message("user", "x")).post(session + "/messages").then().statusCode(409)
                .body("code", equalTo("turn-running")).body("turn", equalTo(id)).header("x-should-retry", equalTo("false"));
        json("{\"content\":\"x\"}").patch(session + "/messages/m1").then().statusCode(409).body("turn", equalTo(id));
        when().delete(session + "/messages/m1").then().statusCode(409).body("turn", equalTo(id));
        when().put(session + "/messages/m1/chosen").then().statusCode(409).body("turn", equalTo(id))
                .body("code", equalTo("turn-running"));
        cancel(turn);
        when().delete(session + "/messages/m1").then().statusCode(204);
    }

    @Test
    void a_version_is_chosen_and_counts_again() {
        String session = session("{}");
        String first = say(session, "{\"content\":\"My name is Ada.\"}");
        String second = say(session, "{\"regenerate\":true}");
        when().get(session + "/messages").then().body("data.id", equalTo(List.of("m1", second)));

        when().put(session + "/messages/" + first + "/chosen").then().statusCode(200).header("ETag", equalTo("\"1-m1\""))
                .body("id", equalTo(first)).body("parent", equalTo("m1")).body("superseded", nullValue());
        when().get(session + "/messages").then().body("data.id", equalTo(List.of("m1", first)))
                .body("data.parent", equalTo(Arrays.asList(null, "m1")));
        when().get(session + "/messages?superseded=true").then().body("data.id", equalTo(List.of("m1", first, second)))
                .body("data.parent", equalTo(Arrays.asList(null, "m1", "m1")))
                .body("data.superseded", equalTo(Arrays.asList(null, null, true)));
        when().get(session + "/context").then().body("messages.id", equalTo(List.of("m1", first)));
        when().put(session + "/messages/" + first + "/chosen").then().statusCode(200).body("id", equalTo(first));
    }

    @Test
    void a_choice_that_makes_no_sense_is_refused() {
        String session = sessionWith("a", "b");

        when().put(session + "/messages/m9/chosen").then().statusCode(404).body("code", equalTo("message-not-found"));
        when().put(session + "/messages/x/chosen").then().statusCode(404);
        when().put("/api/v1/sessions/a.b/messages/m1/chosen").then().statusCode(404).body("code", equalTo("session-not-found"));
        given().header("If-Match", "\"7\"").put(session + "/messages/m1/chosen").then().statusCode(412)
                .body("code", equalTo("stale-version"));
        given().header("If-Match", "\"1\"").put(session + "/messages/m1/chosen").then().statusCode(200);
        when().put(session + "/messages/m1/chosen?now=1").then().statusCode(400).body("errors[0].pointer", equalTo("now"));
        when().post(session + "/messages/m1/chosen").then().statusCode(405).header("Allow", equalTo("PUT, OPTIONS"));
    }

    /** The id of the reply. */
    private static String say(String session, String turn) {
        return json(turn).post(session + "/turns").then().statusCode(201).extract().path("message");
    }
}
