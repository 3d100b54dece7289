package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeCall;
import io.parley.testing.FakeProvider;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import io.quarkus.test.common.http.TestHTTPResource;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.testing.Talk;
import jakarta.inject.Inject;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;

/** Turns as a client sees them: the whole application with a Redis and a provider of its own. */
abstract class TurnApi {
    static final String SESSION = "{\"model\":\"gpt-4o-mini\",\"systemPrompt\":\"Be brief.\"}";

    @TestHTTPResource("/")
    URI uri;
    @Inject
    DeadTurns dead;
    @Inject
    TurnStore turnStore;
    FakeProvider provider;
    RedisServer redis;
    ChatClient client;
    String session;

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

    /** As if this process had been out of reach of Redis for longer than its lease, and another one had come. */
    void settleByAnotherProcess(String turn) {
        String key = "parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session;
        Awaitility.await().until(() -> {
            redis.command("HSET " + key + " lease 0");
            Turn found = Talk.await(turnStore.find(new SessionId(session), new TurnId(turn)));
            return Talk.await(dead.fence(found)).state().isOver();
        });
    }

    /** Role and text of the history. */
    List<String> history() {
        return client.messages(session).stream()
                .map(message -> message.get("role").asText() + ": " + message.at("/content/0/text").asText()).toList();
    }

    /** What the provider was asked for the last turn; a summary may be made at the same time. */
    FakeCall asked() {
        return provider.calls().reversed().stream().filter(call -> !call.body().contains("Summarise the conversation"))
                .findFirst().orElseThrow();
    }

    /** Role and text of what that was. */
    List<String> sent() {
        return asked().json().get("messages").valueStream()
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
