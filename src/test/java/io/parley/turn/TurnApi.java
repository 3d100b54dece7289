package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.Backends;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeProvider;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;

/** Turns as a client sees them: the whole application with a Redis and a provider of its own. */
abstract class TurnApi {
    static final String SESSION = "{\"model\":\"gpt-4o-mini\",\"systemPrompt\":\"Be brief.\"}";

    @TestHTTPResource("/")
    URI uri;
    FakeProvider provider;
    RedisServer redis;
    ChatClient client;
    String session;

    /** Times short enough to wait for. */
    public static class Quick implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.turns.disconnect-grace", "0.2S");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Backends.class));
        }
    }

    @BeforeEach
    void begin() {
        provider.reset();
        client = new ChatClient(uri);
        session = client.createSession(SESSION);
    }

    Answer post(String body, String... headers) {
        return client.send("POST", "/sessions/" + session + "/turns", body, headers);
    }

    Answer turn(String turn) {
        return client.send("GET", "/sessions/" + session + "/turns/" + turn, null);
    }

    Answer message(String message) {
        return client.send("GET", "/sessions/" + session + "/messages/" + message, null);
    }

    Answer cancel(String turn) {
        return client.send("POST", "/sessions/" + session + "/turns/" + turn + "/cancel", null);
    }

    SseStream stream(String text) {
        return client.stream(session, ChatClient.saying(text));
    }

    /** Says something and returns at once with the id of the turn. */
    @CanIgnoreReturnValue
    String begin(String text) {
        Answer begun = post(ChatClient.saying(text), "Prefer", "respond-async");
        assertThat(begun.status()).isEqualTo(202);
        return begun.at("/id");
    }

    @CanIgnoreReturnValue
    JsonNode awaitOver(String turn) {
        return Awaitility.await().until(() -> turn(turn).json(), found -> !found.get("state").asText().equals("running"));
    }

    /** Role and text of the history. */
    List<String> history() {
        return client.messages(session).stream()
                .map(message -> message.get("role").asText() + ": " + message.at("/content/0/text").asText()).toList();
    }

    /** Role and text of what the provider was sent in its last call. */
    List<String> sent() {
        return provider.calls().getLast().json().get("messages").valueStream()
                .map(message -> message.get("role").asText() + ": " + message.get("content").asText()).toList();
    }

    @CanIgnoreReturnValue
    static List<SseStream.Event> rest(SseStream stream) {
        try (stream) {
            assertThat(stream.status()).isEqualTo(200);
            return stream.rest();
        }
    }

    static <T> CompletableFuture<T> meanwhile(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }
}
