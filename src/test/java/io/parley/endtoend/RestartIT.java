package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.ChatClient;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import io.parley.testing.Timing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was said is known after a restart, a kill, and on another replica. */
class RestartIT {
    private static final String SESSION = "{\"model\":\"gpt-4o-mini\",\"systemPrompt\":\"Be brief.\"}";
    private RedisServer redis;
    private FakeProvider provider;

    @BeforeEach
    void start() {
        redis = RedisServer.create();
        provider = FakeProvider.start();
    }

    @AfterEach
    void stop() {
        provider.close();
        redis.close();
    }

    @Test
    void a_second_process_sends_what_the_first_one_heard() {
        provider.then(FakeReply.saying("Nice to meet ", "you, Ada."), FakeReply.saying("Your name ", "is Ada."));
        String session;
        try (Gateway first = Gateway.start(settings())) {
            session = first.client().createSession(SESSION);
            assertThat(first.client().say(session, "My name is Ada.").status()).isEqualTo(201);
            assertThat(first.stop()).isZero();
        }
        try (Gateway second = Gateway.start(settings())) {
            assertThat(second.client().say(session, "What is my name?").at("/content/0/text"))
                    .isEqualTo("Your name is Ada.");
        }
        assertThatSecondRequestCarriesTheFirstTurn();
    }

    @Test
    void a_killed_process_has_lost_nothing_that_it_acknowledged() {
        provider.then(FakeReply.saying("Nice to meet ", "you, Ada."), FakeReply.saying("Your name ", "is Ada."));
        String session;
        try (Gateway first = Gateway.start(settings())) {
            session = first.client().createSession(SESSION);
            try (SseStream stream = first.client().stream(session, ChatClient.saying("My name is Ada."))) {
                assertThat(stream.next("done")).isNotNull();
            }
            first.kill();
        }
        try (Gateway second = Gateway.start(settings())) {
            assertThat(second.client().say(session, "What is my name?").status()).isEqualTo(201);
            assertThat(second.client().messages(session)).hasSize(4);
        }
        assertThatSecondRequestCarriesTheFirstTurn();
    }

    @Test
    void a_process_killed_in_the_middle_of_a_reply_leaves_what_it_had_said() {
        Gate never = new Gate();
        provider.then(FakeReply.stream().text("Nice to ").text("meet you").waitFor(never).finish(),
                FakeReply.saying("As I was ", "saying."));
        String session;
        try (Gateway first = Gateway.start(settings())) {
            session = first.client().createSession(SESSION);
            try (SseStream stream = first.client().stream(session, ChatClient.saying("My name is Ada."))) {
                String turn = stream.next("turn").json().get("turn").asText();
                never.awaitReached();
                // What another replica can read is stored, and survives the process.
                awaitStored(session, turn);
                first.kill();
            }
        }
        try (Gateway second = Gateway.start(settings())) {
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(
                    second.client().say(session, "Go on.").status()).isEqualTo(201));
            List<JsonNode> history = second.client().messages(session);
            assertThat(history).extracting(message -> message.at("/content/0/text").asText())
                    .containsExactly("My name is Ada.", "Nice to meet you", "Go on.", "As I was saying.");
            assertThat(history.get(1).get("status").asText()).isEqualTo("interrupted");
        }
    }

    private void awaitStored(String session, String turn) {
        try (Gateway witness = Gateway.start(settings())) {
            await().untilAsserted(() -> assertThat(witness.client().send("GET", "/sessions/" + session + "/turns/" + turn,
                    null).at("/content/0/text")).isEqualTo("Nice to meet you"));
        }
    }

    @Test
    void two_replicas_serve_one_session_in_turn() {
        for (int i = 0; i < 6; i++) {
            provider.then(FakeReply.saying("reply ", Integer.toString(i)));
        }
        try (Gateway one = Gateway.start(settings()); Gateway two = Gateway.start(settings())) {
            List<ChatClient> replicas = List.of(one.client(), two.client());
            String session = one.client().createSession(SESSION);
            for (int i = 0; i < 6; i++) {
                assertThat(replicas.get(i % 2).say(session, "input " + i).status()).isEqualTo(201);
            }
            JsonNode last = provider.calls().getLast().json();
            List<String> sent = last.get("messages").valueStream().map(message -> message.get("content").asText()).toList();
            assertThat(sent).containsExactly("Be brief.", "input 0", "reply 0", "input 1", "reply 1", "input 2", "reply 2",
                    "input 3", "reply 3", "input 4", "reply 4", "input 5");
            assertThat(two.client().messages(session)).hasSize(12);
        }
    }

    @Test
    void the_embedded_redis_keeps_its_data_through_a_kill_and_a_restart(@TempDir Path data) {
        Map<String, String> embedded = Map.of("parley.data-dir", data.resolve("parley").toString(),
                "parley.simulator.first-token-delay", "0S", "parley.simulator.token-interval", "0S");
        String session;
        try (Gateway first = Gateway.start(embedded)) {
            session = first.client().createSession("{}");
            assertThat(first.client().say(session, "My name is Ada.").status()).isEqualTo(201);
            assertThat(first.stop()).isZero();
        }
        try (Gateway second = Gateway.start(embedded)) {
            assertThat(second.client().messages(session)).hasSize(2);
            assertThat(second.client().say(session, "I live in Turin.").status()).isEqualTo(201);
            Gateway refused = Gateway.launch(embedded);
            assertThat(refused.awaitEnd()).isNotZero();
            assertThat(refused.output()).contains("data directory");
            second.kill();
        }
        try (Gateway third = Gateway.start(embedded)) {
            assertThat(third.client().say(session, "What is my name?").at("/content/0/text")).contains("Ada");
        }
    }

    private void assertThatSecondRequestCarriesTheFirstTurn() {
        assertThat(provider.calls()).hasSize(2);
        JsonNode second = provider.calls().get(1).json();
        List<String> sent = second.get("messages").valueStream().map(message -> message.get("content").asText()).toList();
        assertThat(sent).containsExactly("Be brief.", "My name is Ada.", "Nice to meet you, Ada.", "What is my name?");
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.redis.hosts", redis.url());
        settings.put("parley.providers.openai.base-url", provider.openAiUrl().toString());
        settings.put("parley.providers.openai.api-key", "sk-test");
        return Timing.patient(Timing.soon(settings));
    }
}
