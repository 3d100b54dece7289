package io.parley.api;

import static io.parley.api.Api.SESSIONS;
import static io.parley.api.Api.json;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A trusted back end in front says who asks. */
@QuarkusTest
@TestProfile(OwnersApiTest.BehindABackEnd.class)
class OwnersApiTest {
    private static final String TAG = "X-Parley-Owner-Tag";
    private final String ada = "ada-" + UUID.randomUUID();

    public static class BehindABackEnd implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.owner-header", "X-Owner", "parley.data-dir", "target/parley-owners",
                    "parley.allowed-origins", "https://app.example");
        }
    }

    @Test
    void who_is_not_named_is_refused() {
        when().get(SESSIONS).then().statusCode(401).contentType(Api.PROBLEM).body("code", equalTo("unauthorized"));
        given().header("X-Owner", " ").get(SESSIONS).then().statusCode(401);
        given().header("X-Owner", "a").header("X-Owner", "b").get(SESSIONS).then().statusCode(401);
        when().get("/api/v1/models").then().statusCode(401);
        json("{}").post(SESSIONS).then().statusCode(401);
    }

    @Test
    void another_owner_finds_nothing() {
        String session = SESSIONS + "/" + as(ada).contentType("application/json").body("{}").post(SESSIONS).path("id");
        as(ada).contentType("application/json").body(Api.message("user", "a")).post(session + "/messages").then()
                .statusCode(201);
        String turn = as(ada).contentType("application/json").body("{}").post(session + "/turns").then().statusCode(201)
                .extract().header("Location");

        for (String path : List.of(session, session + "/messages", session + "/messages/m1", session + "/turns", turn,
                turn + "/events", session + "/events", session + "/context", session + "/usage",
                session + "/images/" + "0".repeat(64))) {
            as("eve").get(path).then().statusCode(404).body("code", equalTo("session-not-found"));
        }
        for (String path : List.of(session + "/messages", session + "/turns", session + "/context", session + "/forks")) {
            String body = path.endsWith("forks") ? "{\"through\":\"m1\"}"
                    : path.endsWith("turns") || path.endsWith("context") ? "{\"content\":\"x\"}"
                            : Api.message("user", "x");
            as("eve").contentType("application/json").body(body).post(path).then().statusCode(404);
        }
        as("eve").post(turn + "/cancel").then().statusCode(404);
        as("eve").contentType("application/json").body("{\"title\":\"x\"}").patch(session).then().statusCode(404);
        as("eve").contentType("application/json").body("{\"content\":\"x\"}").patch(session + "/messages/m1").then()
                .statusCode(404);
        as("eve").delete(session + "/messages/m1").then().statusCode(404);
        as("eve").delete(session).then().statusCode(404);
        as("eve").get(SESSIONS).then().statusCode(200).body("data.id", not(hasItem(session.substring(17))));
        as(ada).get(session).then().statusCode(200).body("messages", equalTo(2));
    }

    @Test
    void the_same_idempotency_key_of_another_owner_is_another_request() {
        String key = UUID.randomUUID().toString();
        String mine = as(ada).contentType("application/json").header("Idempotency-Key", key).body("{}").post(SESSIONS)
                .path("id");

        as("eve").contentType("application/json").header("Idempotency-Key", key).body("{\"title\":\"x\"}").post(SESSIONS)
                .then().statusCode(201).body("id", not(equalTo(mine)));
    }

    @Test
    void a_foreign_origin_is_the_back_ends_to_judge() {
        as(ada).header("Origin", "https://elsewhere.example").get(SESSIONS).then().statusCode(200);
    }

    /** A browser sends such requests for any page without a preflight, and the proxy adds the user's name. */
    @Test
    void a_page_of_another_site_changes_nothing() {
        String session = SESSIONS + "/" + as(ada).contentType("application/json").body("{}").post(SESSIONS).path("id");
        for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "text/plain; x=application/json")) {
            as(ada).contentType(type).body("{\"content\":\"x\"}").post(session + "/turns").then().statusCode(415);
        }
        for (String method : List.of("POST", "PATCH", "DELETE", "PUT")) {
            as(ada).header("Sec-Fetch-Site", "cross-site").contentType("application/json").body("{}").request(method, session)
                    .then().statusCode(403).body("code", equalTo("forbidden-origin"));
        }
        as(ada).header("Sec-Fetch-Site", "Cross-Site").post(session + "/turns/t1/cancel").then().statusCode(403);
        as(ada).header("Sec-Fetch-Site", "cross-site").get(session).then().statusCode(200);
        for (String site : List.of("same-origin", "same-site", "none")) {
            as(ada).header("Sec-Fetch-Site", site).contentType("application/json").body("{}").patch(session).then()
                    .statusCode(200);
        }
    }

    @Test
    void a_page_of_an_allowed_site_changes_what_its_owner_may_change() {
        as(ada).header("Sec-Fetch-Site", "cross-site").header("Origin", "https://app.example").contentType("application/json")
                .body("{}").post(SESSIONS).then().statusCode(201)
                .header("Access-Control-Allow-Origin", "https://app.example");
        given().header("Sec-Fetch-Site", "cross-site").header("Origin", "https://app.example").contentType("application/json")
                .body("{}").post(SESSIONS).then().statusCode(401)
                .header("Access-Control-Allow-Origin", "https://app.example");
        as(ada).header("Sec-Fetch-Site", "cross-site").header("Origin", "https://evil.example").contentType("application/json")
                .body("{}").post(SESSIONS).then().statusCode(403).header("Access-Control-Allow-Origin", nullValue());
    }

    @Test
    void every_answer_tells_the_tag_of_its_owner_and_not_the_name() {
        String session = SESSIONS + "/" + as(ada).contentType("application/json").body("{}").post(SESSIONS).path("id");
        String tag = as(ada).get(SESSIONS).then().statusCode(200).header(TAG, matchesPattern("[A-Za-z0-9_-]{22}")).extract()
                .header(TAG);

        as(ada).get("/api/v1/models").then().statusCode(200).header(TAG, equalTo(tag));
        as(ada).get(session).then().statusCode(200).header(TAG, equalTo(tag));
        as(ada).get(session + "/turns/none").then().statusCode(404).header(TAG, equalTo(tag));
        as(ada).get(SESSIONS + "?limit=0").then().statusCode(400).header(TAG, equalTo(tag));
        as(ada).contentType("application/json").header("Accept", "text/event-stream").body("{\"content\":\"Hello\"}")
                .post(session + "/turns").then().statusCode(200).header(TAG, equalTo(tag));
        as(ada).contentType("application/json").body("[").post(SESSIONS).then().statusCode(400).header(TAG, equalTo(tag));
        for (String other : List.of("eve", ada + "x", ada.toUpperCase(Locale.ROOT), "local")) {
            as(other).get(SESSIONS).then().statusCode(200).header(TAG, not(equalTo(tag)));
        }
        when().get(SESSIONS).then().statusCode(401).header(TAG, nullValue());
    }

    @Test
    void a_request_that_is_meant_for_another_owner_does_nothing() {
        String tag = as(ada).get(SESSIONS).header(TAG);
        String eve = "eve-" + UUID.randomUUID();
        String session = SESSIONS + "/" + as(eve).contentType("application/json").body("{}").post(SESSIONS).path("id");
        String eves = as(eve).get(SESSIONS).header(TAG);
        for (RequestSpecification request : List.of(as(eve).header(TAG, tag), as(eve).header(TAG, eves).header(TAG, tag),
                as(eve).header(TAG, ""), as(eve).header(TAG, eves + ", " + tag), as(eve).header(TAG, eve))) {
            request.contentType("application/json").body("{\"content\":\"For Ada.\"}");
            for (String path : List.of(SESSIONS, session + "/turns", session + "/messages", session + "/context")) {
                request.post(path).then().statusCode(412).contentType(Api.PROBLEM).body("code", equalTo("owner-changed"))
                        .body("retryable", equalTo(false)).header(TAG, equalTo(eves));
            }
            request.patch(session).then().statusCode(412);
            request.delete(session).then().statusCode(412);
            request.get(session + "/events").then().statusCode(412);
            request.get("/api/v1/models").then().statusCode(412);
        }

        as(eve).header(TAG, eves).get(session).then().statusCode(200).body("messages", equalTo(0));
        as(eve).header(TAG, eves).get(SESSIONS).then().statusCode(200).body("data", hasSize(1));
        as(eve).header(TAG, eves).contentType("application/json").body(Api.message("user", "x")).post(session + "/messages")
                .then().statusCode(201);
    }

    @Test
    void no_route_serves_a_request_that_is_meant_for_another_owner() {
        String tag = as(ada).get(SESSIONS).header(TAG);
        String eve = "eve-" + UUID.randomUUID();
        String session = as(eve).contentType("application/json").body("{}").post(SESSIONS).path("id");
        as(eve).contentType("application/json").body(Api.message("user", "a")).post(SESSIONS + "/" + session + "/messages")
                .then().statusCode(201);

        AllowedMethods.byTemplate().forEach((template, methods) -> {
            String path = template.replace("{id}", session).replace("{message}", "m1").replaceAll("\\{[^}]+}", "x");
            for (String method : methods) {
                as(eve).header(TAG, tag).contentType("application/json").body("{\"content\":\"x\"}").request(method, path)
                        .then().statusCode(412).body("code", equalTo("owner-changed"));
            }
        });

        assertThat(AllowedMethods.byTemplate()).containsKey("/api/v1/sessions/{id}/messages/{message}/chosen");
        as(eve).get(SESSIONS + "/" + session + "/messages").then().statusCode(200).body("data.content.text.flatten()",
                equalTo(List.of("a")));
    }

    private static RequestSpecification as(String owner) {
        return given().header("X-Owner", owner);
    }
}
