package io.parley.api;

import static io.parley.api.Api.SESSIONS;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.parley.testing.Photo;
import io.parley.testing.Quick;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of other sites that the operator has allowed can use the API. */
@QuarkusTest
@TestProfile(Quick.class)
class AllowedOriginsApiTest {
    private static final String ORIGIN = "https://app.example";

    private static RequestSpecification from(String origin) {
        return given().header("Origin", origin).header("Sec-Fetch-Site", "cross-site").contentType("application/json");
    }

    @ParameterizedTest
    @ValueSource(strings = { ORIGIN, "HTTPS://APP.example", "http://localhost:3000", "capacitor://localhost",
            "http://[::1]:8081" })
    void an_allowed_page_reads_and_changes(String origin) {
        String session = from(origin).body("{}").post(SESSIONS).then().statusCode(201)
                .header("Access-Control-Allow-Origin", origin).header("Access-Control-Allow-Credentials", "true")
                .header("Access-Control-Expose-Headers", allOf(containsString("ETag"), containsString("X-Parley-Owner-Tag")))
                .header("Vary", containsString("Origin"))
                .extract().header("Location");
        from(origin).get(session).then().statusCode(200).header("Access-Control-Allow-Origin", origin);
        from(origin).body("{\"title\":\"x\"}").patch(session).then().statusCode(200);
        from(origin).body("{\"content\":\"Hello\"}").header("Accept", "text/event-stream").post(session + "/turns").then()
                .statusCode(200).header("Access-Control-Allow-Origin", origin);
        from(origin).delete(session).then().statusCode(204).header("Access-Control-Allow-Origin", origin);
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://app.example.evil.example", "http://app.example", "https://app.example:444",
            "https://evil.example", "null", "https://x@app.example", "https://app.example/", "https://localhost:3000", "*" })
    void any_other_page_does_not(String origin) {
        from(origin).body("{}").post(SESSIONS).then().statusCode(403).body("code", equalTo("forbidden-origin"))
                .header("Access-Control-Allow-Origin", nullValue()).header("Vary", containsString("Origin"));
        from(origin).get(SESSIONS).then().statusCode(403).header("Access-Control-Allow-Origin", nullValue());
        preflight(origin, "POST").options(SESSIONS).then().statusCode(204)
                .header("Access-Control-Allow-Origin", nullValue())
                .header("Access-Control-Allow-Methods", nullValue());
    }

    private static RequestSpecification preflight(String origin, String method) {
        return given().header("Origin", origin).header("Access-Control-Request-Method", method)
                .header("Access-Control-Request-Headers", "content-type, idempotency-key");
    }

    @Test
    void a_browser_that_asks_first_is_told_what_an_allowed_page_may_send() {
        preflight(ORIGIN, "POST").options(SESSIONS).then().statusCode(204).header("Access-Control-Allow-Origin", ORIGIN)
                .header("Access-Control-Allow-Methods", containsString("POST"))
                .header("Access-Control-Allow-Headers",
                        allOf(containsString("Idempotency-Key"), containsString("X-Parley-Owner-Tag")))
                .header("Access-Control-Max-Age", "7200");
        preflight(ORIGIN, "PATCH").options(SESSIONS + "/a.b").then().statusCode(204)
                .header("Access-Control-Allow-Methods", containsString("PATCH"));
        preflight(ORIGIN, "POST").options(SESSIONS + "/a.b/c").then().statusCode(404)
                .header("Access-Control-Allow-Origin", ORIGIN);
        given().header("Origin", ORIGIN).options(SESSIONS).then().statusCode(204)
                .header("Access-Control-Allow-Methods", nullValue());
    }

    @Test
    void an_allowed_page_can_read_why_it_was_refused() {
        from(ORIGIN).body("{").post(SESSIONS).then().statusCode(400).header("Access-Control-Allow-Origin", ORIGIN);
        from(ORIGIN).get(SESSIONS + "/a.b").then().statusCode(404).header("Access-Control-Allow-Origin", ORIGIN);
        from(ORIGIN).get("/api/v1/nothing").then().statusCode(404).header("Access-Control-Allow-Origin", ORIGIN);
        from(ORIGIN).body("{}").put(SESSIONS).then().statusCode(405).header("Access-Control-Allow-Origin", ORIGIN);
    }

    @Test
    void an_allowed_page_shows_pictures() {
        String session = given().contentType("application/json").body("{}").post(SESSIONS).header("Location");
        String picture = given().contentType("application/json")
                .body("{\"role\":\"user\",\"content\":[" + Photo.block(1) + "]}").post(session + "/messages")
                .path("content[0].source.url");
        given().get(picture).then().statusCode(200).header("Cross-Origin-Resource-Policy", "cross-origin");
    }

    @Test
    void the_name_of_the_service_counts_as_before_and_only_the_api_is_for_others() {
        given().header("Host", "evil.example:8080").header("Origin", ORIGIN).get(SESSIONS).then().statusCode(403);
        given().header("Origin", ORIGIN).get("/").then().header("Access-Control-Allow-Origin", nullValue());
        given().get(SESSIONS).then().statusCode(200).header("Vary", containsString("Origin"))
                .header("Access-Control-Allow-Origin", nullValue());
    }
}
