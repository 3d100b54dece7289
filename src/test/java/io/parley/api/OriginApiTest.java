package io.parley.api;

import static io.parley.api.Api.SESSIONS;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Without owners of its own, a deployment serves its own pages only. */
@QuarkusTest
class OriginApiTest {

    @ParameterizedTest
    @CsvSource({ "chat.example, https://chat.example", "chat.example:443, https://chat.example",
            "CHAT.example, https://chat.EXAMPLE",
            "localhost:8080, http://localhost:8080", "chat.example, http://chat.example:80", "[::1]:8080, http://[::1]:8080" })
    void a_page_of_the_same_host_may_speak(String host, String origin) {
        given().header("Host", host).header("Origin", origin).get(SESSIONS).then().statusCode(200)
                .header("Access-Control-Allow-Origin", nullValue());
    }

    @ParameterizedTest
    @CsvSource({ "chat.example, https://evil.example", "chat.example, null", "localhost:8080, http://localhost:9090",
            "chat.example, https://chat.example.evil.example", "chat.example, https://evil.example#chat.example",
            "chat.example, https://chat.example@evil.example", "chat.example, nonsense",
            "chat.example, https://chat.example:444" })
    void a_page_of_another_one_may_not(String host, String origin) {
        given().header("Host", host).header("Origin", origin).contentType("application/json").body("{}").post(SESSIONS)
                .then().statusCode(403).contentType(Api.PROBLEM).body("code", equalTo("forbidden-origin"));
    }
}
