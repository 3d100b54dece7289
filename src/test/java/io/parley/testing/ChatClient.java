package io.parley.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** Talks to the native API as a careful client does. */
public final class ChatClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI base;

    public ChatClient(URI base) {
        this.base = base;
    }

    /** An answer, its body read as JSON where it is. */
    public record Answer(int status, java.net.http.HttpHeaders headers, String body) {

        public JsonNode json() {
            return parse(body);
        }

        public String at(String pointer) {
            return json().at(pointer).asText();
        }
    }

    /** Reads JSON. */
    public static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /** A new session's id. */
    public String createSession(String settings) {
        Answer answer = send("POST", "/sessions", settings);
        if (answer.status() != 201) {
            throw new IllegalStateException(answer.status() + " " + answer.body());
        }
        return answer.at("/id");
    }

    /** Says something and waits for the finished turn. */
    public Answer say(String session, String text) {
        return send("POST", "/sessions/" + session + "/turns", saying(text));
    }

    /** The body of a turn that says a text. */
    public static String saying(String text) {
        return JSON.createObjectNode().put("content", text).toString();
    }

    /** Says something and reads the stream. */
    public SseStream stream(String session, String body, String... headers) {
        return open(request("POST", "/sessions/" + session + "/turns", body, headers).header("Accept",
                "text/event-stream"));
    }

    /** Reads a turn's events. */
    public SseStream events(String session, String turn, String... headers) {
        return open(request("GET", "/sessions/" + session + "/turns/" + turn + "/events", null, headers)
                .header("Accept", "text/event-stream"));
    }

    /** Reads what happens in a session. */
    public SseStream feed(String session, String... headers) {
        return open(request("GET", "/sessions/" + session + "/events", null, headers).header("Accept", "text/event-stream"));
    }

    private SseStream open(HttpRequest.Builder request) {
        try {
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
            return new SseStream(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Any request below {@code /api/v1}; headers as names and values in turn. */
    public Answer send(String method, String path, String body, String... headers) {
        try {
            HttpResponse<String> response = http.send(request(method, path, body, headers).build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The history as it is listed. */
    public List<JsonNode> messages(String session) {
        return send("GET", "/sessions/" + session + "/messages?limit=100", null).json().get("data").valueStream().toList();
    }

    private HttpRequest.Builder request(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve("/api/v1" + path).normalize()).timeout(LIMIT);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.method(method, BodyPublishers.ofString(body)).header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }
}
