package io.parley.api;

import static io.parley.api.Api.SESSIONS;
import static io.parley.api.Api.cancel;
import static io.parley.api.Api.json;
import static io.parley.api.Api.running;
import static io.parley.api.Api.session;
import static io.parley.api.Api.sessionWith;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SessionsApiTest {

    @Test
    void a_session_is_created_with_defaults_and_read_again() {
        String path = json("{}").post(SESSIONS).then().statusCode(201)
                .contentType("application/json")
                .header("Location", startsWith(SESSIONS + "/"))
                .header("ETag", equalTo("\"1\""))
                .header("Cache-Control", equalTo("private, no-cache"))
                .header("X-Content-Type-Options", equalTo("nosniff"))
                .header("Idempotent-Replayed", nullValue())
                .body("id", matchesPattern("[A-Za-z0-9._-]{40,64}"))
                .body("title", equalTo("")).body("model", nullValue()).body("context", hasSize(0))
                .body("retention", equalTo("P90D")).body("ifRunning", equalTo("reject"))
                .body("messages", equalTo(0)).body("tokens", equalTo(0)).body("runningTurn", nullValue())
                .body("createdAt", matchesPattern("2\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z"))
                .extract().header("Location");

        when().get(path).then().statusCode(200).header("ETag", equalTo("\"1\"")).body("id", equalTo(path.substring(17)));
    }

    @Test
    void settings_come_back_as_they_were_sent() {
        String settings = "{\"title\":\"Latin\",\"systemPrompt\":\"Be brief.\",\"facts\":[\"a\",\"b\"],\"temperature\":0.5,"
                + "\"context\":{\"policy\":\"token-budget\",\"maxTokens\":800},\"metadata\":{\"n\":1.50,\"ü\": [ ]},"
                + "\"tools\":[{\"name\":\"f\",\"parameters\":{ \"type\":\"object\" }}],\"retention\":\"none\"}";

        String body = when().get(session(settings)).then().statusCode(200)
                .body("context[0].maxTokens", equalTo(800)).body("facts", equalTo(List.of("a", "b")))
                .body("retention", equalTo("none")).extract().asString();
        assertThat(body).contains("{\"n\":1.50,\"ü\": [ ]}").contains("{ \"type\":\"object\" }");
    }

    @Test
    void a_list_shows_sessions_without_what_may_be_long() {
        String mark = "short-" + UUID.randomUUID();
        String unused = session(
                "{\"title\":\"" + mark + "\",\"systemPrompt\":\"Be brief.\",\"facts\":[\"a\"],\"temperature\":0.5,"
                        + "\"tools\":[{\"name\":\"f\"}],\"metadata\":{\"n\":1}}");

        when().get(SESSIONS + "?q=" + mark).then().statusCode(200).body("data", hasSize(1))
                .body("data[0].title", equalTo(mark)).body("data[0].temperature", equalTo(0.5f))
                .body("data[0].metadata.n", equalTo(1)).body("data[0].messages", equalTo(0))
                .body("data[0]", not(hasKey("systemPrompt"))).body("data[0]", not(hasKey("facts")))
                .body("data[0]", not(hasKey("tools")));
    }

    @Test
    void a_search_shows_where_it_found_the_text() {
        String word = "needle" + UUID.randomUUID();
        String path = session("{\"title\":\"Hay\"}");
        json(Api.message("user", "There is a " + word + " in it.")).post(path + "/messages").then().statusCode(201);

        when().get(SESSIONS + "?q=" + word).then().statusCode(200).body("data", hasSize(1))
                .body("data[0].found.message", equalTo("m1"))
                .body("data[0].found.text", equalTo("There is a " + word + " in it."));
        when().get(SESSIONS).then().body("data[0]", not(hasKey("found")));
        json("{\"title\":\"" + word + "\"}").patch(path).then().statusCode(200);
        when().get(SESSIONS + "?q=" + word).then().body("data", hasSize(1)).body("data[0]", not(hasKey("found")));
    }

    @Test
    void a_list_shows_the_last_message_of_each_session() {
        String mark = "last-" + UUID.randomUUID();
        String path = session("{\"title\":\"" + mark + "\"}");
        String list = SESSIONS + "?q=" + mark;
        when().get(list).then().body("data[0]", hasKey("lastMessage")).body("data[0].lastMessage", nullValue());

        Api.say(path, "Hello.").statusCode(201);
        when().get(list).then().body("data[0].lastMessage.id", equalTo("m2"))
                .body("data[0].lastMessage.role", equalTo("assistant")).body("data[0].lastMessage.text", not(equalTo("")))
                .body("data[0].lastMessage.status", equalTo("completed")).body("data[0].lastMessage", hasKey("createdAt"));
        json(Api.message("user", "y".repeat(5_000))).post(path + "/messages").then().statusCode(201);
        when().get(list).then().body("data[0].lastMessage.text", equalTo("y".repeat(200)));
        when().delete(path + "/messages/m3").then().statusCode(204);
        when().get(list).then().body("data[0].lastMessage.id", equalTo("m2"));
        when().get(path).then().body("$", not(hasKey("lastMessage")));
    }

    @Test
    void an_unknown_parameter_of_a_policy_is_refused_even_if_it_is_null() {
        for (String policy : List.of("{\"policy\":\"full\",\"x\":null}", "[{\"policy\":\"full\",\"maxTokens\":null}]",
                "{\"policy\":\"summarise\",\"type\":null}", "{\"policy\":\"retrieve\",\"topK\":3,\"TopK\":null}",
                "{\"policy\":\"sliding-window\",\"trimto\":null}")) {
            json("{\"context\":" + policy + "}").post(SESSIONS).then().statusCode(400)
                    .body("errors[0].detail", equalTo("is not a parameter of this policy"));
        }
        json("{\"context\":{\"policy\":\"retrieve\",\"topK\":null,\"trimTo\":null}}").post(SESSIONS).then().statusCode(201);
    }

    @Test
    void an_unknown_model_or_policy_is_refused_with_its_pointer() {
        json("{\"model\":\"no-such\"}").post(SESSIONS).then().statusCode(400).body("errors[0].pointer", equalTo("/model"));
        json("{\"context\":{\"policy\":\"no-such\"}}").post(SESSIONS).then().statusCode(400)
                .body("errors[0].pointer", startsWith("/context"));
    }

    @Test
    void a_patch_changes_what_it_names_and_counts_a_version() {
        String path = session("{\"title\":\"a\",\"temperature\":1,\"metadata\":{\"keep\":1,\"drop\":2}}");

        given().contentType("application/merge-patch+json").header("If-Match", "\"1\"")
                .body("{\"title\":\"b\",\"temperature\":null,\"metadata\":{\"drop\":null}}").patch(path).then()
                .statusCode(200).header("ETag", equalTo("\"2\""))
                .body("title", equalTo("b")).body("temperature", nullValue()).body("metadata.keep", equalTo(1))
                .body("metadata.drop", nullValue());
        json("{\"title\":\"c\"}").header("If-Match", "\"1\"").patch(path).then().statusCode(412)
                .body("code", equalTo("stale-version"));
        json("{\"title\":\"c\"}").header("If-Match", "\"9\", \"2\"").patch(path).then().statusCode(200);
        json("{\"title\":\"d\"}").header("If-Match", "W/\"3\"").patch(path).then().statusCode(412);
        json("{\"title\":\"d\"}").header("If-Match", "3").patch(path).then().statusCode(400)
                .body("errors[0].pointer", equalTo("If-Match"));
        json("{\"title\":\"d\"}").header("If-Match", "*").patch(path).then().statusCode(200);
        json("{\"temperature\":9}").patch(path).then().statusCode(400).body("errors[0].pointer", equalTo("/temperature"));
        when().get(path).then().body("title", equalTo("d")).header("ETag", equalTo("\"4\""));
    }

    @Test
    void turns_do_not_change_the_version() {
        String path = session("{}");
        Api.say(path, "Hello.").statusCode(201);

        when().get(path).then().header("ETag", equalTo("\"1\"")).body("messages", equalTo(2));
    }

    @Test
    void a_session_is_never_shown_from_a_cache_with_an_old_running_turn() {
        String path = session("{}");
        String turn = running(path, 20_000);

        given().header("If-None-Match", "\"1\"").get(path).then().statusCode(200)
                .body("runningTurn", equalTo(turn.substring(turn.lastIndexOf('/') + 1)));
        cancel(turn);
    }

    @Test
    void an_erased_session_is_gone_with_all_that_belongs_to_it() {
        String path = sessionWith("a", "b");
        String turn = running(path, 20_000);

        given().header("If-Match", "\"7\"").delete(path).then().statusCode(412).body("code", equalTo("stale-version"));
        given().header("If-Match", "\"7\", \"8\"").delete(path).then().statusCode(412);
        when().get(turn).then().statusCode(200).body("state", equalTo("running"));
        when().delete(path).then().statusCode(204);
        for (String gone : List.of(path, path + "/messages", path + "/messages/m1", turn, turn + "/events", path + "/turns")) {
            when().get(gone).then().statusCode(404).body("code", equalTo("session-not-found"));
        }
        when().delete(path).then().statusCode(404);
        json("{}").patch(path).then().statusCode(404);
        Api.say(path, "x").statusCode(404);
    }

    @Test
    void sessions_are_listed_newest_first_in_pages() {
        String mark = "list-" + UUID.randomUUID();
        List<String> created = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            created.addFirst(session("{\"title\":\"" + mark + "\"}").substring(17));
        }

        List<String> listed = new ArrayList<>();
        String next = SESSIONS + "?limit=2&q=" + mark;
        while (next != null) {
            var page = when().get(next).then().statusCode(200).extract();
            List<String> ids = page.path("data.id");
            assertThat(ids).hasSizeLessThanOrEqualTo(2);
            listed.addAll(ids);
            String link = page.header("Link");
            boolean more = page.path("hasMore");
            assertThat(more).isEqualTo(link != null && link.contains("rel=\"next\""));
            next = more ? link.replaceAll("(?s).*<([^>]*)>; rel=\"next\".*", "$1") : null;
        }
        assertThat(listed).isEqualTo(created);
    }

    @Test
    void a_session_is_found_by_its_title_and_by_its_text() {
        String word = "needle" + UUID.randomUUID().toString().replace("-", "");
        String byText = sessionWith("There is a " + word + " in here.");
        String byTitle = session("{\"title\":\"About " + word.toUpperCase(Locale.ROOT) + "\"}");

        List<String> found = given().queryParam("q", word).get(SESSIONS).then().statusCode(200).extract().path("data.id");
        assertThat(found).containsExactlyInAnyOrder(byText.substring(17), byTitle.substring(17));
    }

    @Test
    void bad_parameters_of_lists_are_refused() {
        for (String query : List.of("limit=0", "limit=101", "limit=x", "limit=", "limit=-1", "before=a&after=b", "after=%00",
                "q=" + "x".repeat(501))) {
            given().urlEncodingEnabled(false).get(SESSIONS + "?" + query).then().statusCode(400)
                    .body("code", equalTo("invalid-request")).body("errors", hasSize(1));
        }
    }

    @Test
    void a_fork_has_the_history_up_to_a_message_and_a_life_of_its_own() {
        String path = sessionWith("one", "two", "three");

        String fork = json("{\"through\":\"m2\"}").post(path + "/forks").then().statusCode(201)
                .body("messages", equalTo(2)).body("id", not(equalTo(path.substring(17)))).extract().header("Location");
        json(Api.message("user", "four")).post(fork + "/messages").then().statusCode(201);
        when().get(path + "/messages").then().body("data.content.text.flatten()", equalTo(List.of("one", "two", "three")));
        when().get(fork + "/messages").then().body("data.content.text.flatten()", equalTo(List.of("one", "two", "four")));
        when().delete(path).then().statusCode(204);
        when().get(fork).then().statusCode(200);
        json("{\"through\":\"m99\"}").post(fork + "/forks").then().statusCode(404)
                .body("code", equalTo("message-not-found"));
    }

    @Test
    void the_catalogue_says_what_each_model_can_do_and_costs() {
        when().get("/api/v1/models").then().statusCode(200)
                .body("hasMore", equalTo(false))
                .body("data.findAll { it.default }", hasSize(1))
                .body("data.find { it.default }.configured", equalTo(true))
                .body("data[0].contextWindow", greaterThan(0))
                .body("data.find { it.default }.pictures.mediaTypes", hasItem("image/webp"))
                .body("data.find { it.default }.pictures.perMessage", equalTo(20))
                .body("data.find { it.default }.pictures.sent.side", equalTo(2_000))
                .body("data.findAll { it.pictures == null && it.abilities.contains('images') }", hasSize(0));
        when().get("/api/v1/models").then().body(not(containsString("key")));
    }
}
