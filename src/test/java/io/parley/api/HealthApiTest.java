package io.parley.api;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HealthApiTest {
    @TestHTTPResource(value = "/", management = true)
    URI management;

    /** Requests to the root of the port, because Quarkus would otherwise add a path of its own. */
    private RequestSpecification management() {
        return given().baseUri(management.resolve("/").toString());
    }

    @Test
    void it_is_alive_once_started() {
        management().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
    }

    @Test
    void health_and_metrics_are_not_on_the_port_of_the_api() {
        for (String path : List.of("/q/health", "/q/health/live", "/q/health/ready", "/q/metrics", "/q/health-ui")) {
            when().get(path).then().statusCode(404).contentType(Api.PROBLEM);
        }
        management().get("/q/metrics").then().statusCode(200);
    }

    @Test
    void the_api_and_its_description_are_not_on_the_port_of_health() {
        for (String path : List.of("/q/openapi", "/", Api.SESSIONS, "/simulator/openai/v1/models", "/q/nothing")) {
            management().get(path).then().statusCode(404).contentType(Api.PROBLEM)
                    .body("code", equalTo("no-such-route"));
        }
    }
}
