package io.parley.api;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.Map;

/** The native API as tests speak to it. */
final class Api {
    static final String SESSIONS = "/api/v1/sessions";
    static final String PROBLEM = "application/problem+json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private Api() {
    }

    /** A request with a body of JSON. */
    static RequestSpecification json(String body) {
        return given().contentType("application/json").body(body);
    }

    /** A new session's path. */
    static String session(String settings) {
        return SESSIONS + "/" + json(settings).post(SESSIONS).then().statusCode(201).extract().path("id");
    }

    /** A session with these texts, said in turn by user and assistant. */
    static String sessionWith(String... texts) {
        String session = session("{}");
        for (int i = 0; i < texts.length; i++) {
            String role = i % 2 == 0 ? "user" : "assistant";
            json(message(role, texts[i])).post(session + "/messages").then().statusCode(201);
        }
        return session;
    }

    static String message(String role, String text) {
        return write(Map.of("role", role, "content", text));
    }

    /** Says something and waits for the end of the turn. */
    static ValidatableResponse say(String session, String text) {
        return json(saying(text)).post(session + "/turns").then();
    }

    static String saying(String text) {
        return write(Map.of("content", text));
    }

    /** Starts a turn that takes this long to say its first word; its path. */
    static String running(String session, int millis) {
        return json(saying("Wait. [first=" + millis + "] [words=5]")).header("Prefer", "respond-async")
                .post(session + "/turns").then().statusCode(202).extract().header("Location");
    }

    static void cancel(String turn) {
        given().post(turn + "/cancel").then().statusCode(200);
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
