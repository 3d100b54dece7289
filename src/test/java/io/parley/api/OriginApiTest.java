package io.parley.api;

import static io.parley.api.Api.SESSIONS;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Without owners of its own, a deployment serves its own pages only. */
@QuarkusTest
class OriginApiTest {

    @ParameterizedTest
    @CsvSource({ "chat.localhost, https://chat.localhost", "chat.localhost:443, https://chat.localhost",
            "CHAT.localhost, https://chat.LOCALHOST",
            "localhost:8080, http://localhost:8080", "chat.localhost, http://chat.localhost:80",
            "[::1]:8080, http://[::1]:8080" })
    void a_page_of_the_same_host_may_speak(String host, String origin) {
        given().header("Host", host).header("Origin", origin).get(SESSIONS).then().statusCode(200)
                .header("Access-Control-Allow-Origin", nullValue());
    }

    @ParameterizedTest
    @CsvSource({ "chat.localhost, https://evil.example", "chat.localhost, null", "localhost:8080, http://localhost:9090",
            "chat.localhost, https://chat.localhost.evil.example", "chat.localhost, https://evil.example#chat.localhost",
            "chat.localhost, https://chat.localhost@evil.example", "chat.localhost, nonsense",
            "chat.localhost, https://chat.localhost:444" })
    void a_page_of_another_one_may_not(String host, String origin) {
        given().header("Host", host).header("Origin", origin).contentType("application/json").body("{}").post(SESSIONS)
                .then().statusCode(403).contentType(Api.PROBLEM).body("code", equalTo("forbidden-origin"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "/simulator/openai/v1/chat/completions", "/simulator/anthropic/v1/messages",
            "/%73imulator/openai/v1/chat/completions" })
    void the_simulated_models_talk_to_no_page_of_another_one(String path) {
        String body = "{\"model\":\"simulator\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}";
        given().header("Origin", "https://evil.example").header("Content-Type", "text/plain").body(body.getBytes(UTF_8))
                .urlEncodingEnabled(false).post(path).then().statusCode(403).contentType(Api.PROBLEM)
                .body("code", equalTo("forbidden-origin"));
        given().header("Host", "evil.example:8080").contentType("application/json").body(body).urlEncodingEnabled(false)
                .post(path).then().statusCode(403);
        given().header("Sec-Fetch-Site", "cross-site").contentType("application/json").body(body).urlEncodingEnabled(false)
                .post(path).then().statusCode(403);
        given().contentType("application/json").header("anthropic-version", "2023-06-01").body(body).urlEncodingEnabled(false)
                .post(path).then().statusCode(200);
    }

    @Test
    void the_list_of_simulated_models_is_for_no_page_of_another_one() {
        given().header("Origin", "null").get("/simulator/openai/v1/models").then().statusCode(403);
        given().header("Host", "evil.example").get("/simulator/openai/v1/models").then().statusCode(403);
        given().get("/simulator/openai/v1/models").then().statusCode(200);
    }

    @Test
    void no_other_site_is_allowed_by_default() {
        given().header("Origin", "https://app.example").header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type").options(SESSIONS).then().statusCode(204)
                .header("Access-Control-Allow-Origin", nullValue()).header("Access-Control-Allow-Methods", nullValue())
                .header("Vary", nullValue());
    }

    @Test
    void a_site_that_lets_its_own_name_point_here_may_not() {
        given().header("Host", "evil.example:8080").header("Origin", "http://evil.example:8080").get(SESSIONS).then()
                .statusCode(403).body("code", equalTo("forbidden-origin"))
                .body("detail", containsString("parley.allowed-hosts"));
        given().header("Host", "evil.example:8080").get(SESSIONS).then().statusCode(403);
    }
}
