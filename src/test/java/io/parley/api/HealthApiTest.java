package io.parley.api;

import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HealthApiTest {

    @Test
    void it_is_alive_once_started() {
        when().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
    }
}
