package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.ChatClient;
import io.parley.testing.FakeProvider;
import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import java.nio.file.Path;
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
        redis = RedisServer.start();
        provider = FakeProvider.start();
    }

    @AfterEach
    void stop() {
        provider.close();
        redis.close();
    }

    @Test
    void a_second_process_sends_what_the_first_one_heard() {
        provider.reply("Nice to meet you, Ada.").reply("Your name is Ada.");
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
        provider.reply("Nice to meet you, Ada.").reply("Your name is Ada.");
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
    void two_replicas_serve_one_session_in_turn() {
        for (int i = 0; i < 6; i++) {
            provider.reply("reply " + i);
        }
        try (Gateway one = Gateway.start(settings()); Gateway two = Gateway.start(settings())) {
            List<ChatClient> replicas = List.of(one.client(), two.client());
            String session = one.client().createSession(SESSION);
            for (int i = 0; i < 6; i++) {
                assertThat(replicas.get(i % 2).say(session, "input " + i).status()).isEqualTo(201);
            }
            JsonNode last = ChatClient.parse(provider.requests().getLast().bodyText());
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
        assertThat(provider.requests()).hasSize(2);
        JsonNode second = ChatClient.parse(provider.requests().get(1).bodyText());
        List<String> sent = second.get("messages").valueStream().map(message -> message.get("content").asText()).toList();
        assertThat(sent).containsExactly("Be brief.", "My name is Ada.", "Nice to meet you, Ada.", "What is my name?");
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.redis.hosts", redis.url());
        settings.put("parley.providers.openai.base-url", provider.baseUrl() + "/v1");
        settings.put("parley.providers.openai.api-key", "sk-test");
        return settings;
    }
}
