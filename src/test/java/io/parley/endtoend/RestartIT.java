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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was said is known after a restart, a kill, and on another replica. */
class RestartIT {
    private static final String SESSION = "{\"model\":\"gpt-4o-mini\",\"systemPrompt\":\"Be brief.\"}";
    private static RedisServer redis;
    private static FakeProvider provider;
    /** The replica that the last test has left running. The next test uses it, because each start takes seconds. */
    private static @Nullable Gateway left;

    @BeforeAll
    static void start() {
        redis = RedisServer.create();
        provider = FakeProvider.start();
    }

    @BeforeEach
    void begin() {
        provider.reset();
    }

    @AfterAll
    static void stop() {
        if (left != null) {
            left.close();
        }
        provider.close();
        redis.close();
    }

    private static Gateway running() {
        Gateway running = left != null ? left : Gateway.start(settings());
        left = null;
        return running;
    }

    private static Gateway another() {
        left = Gateway.start(settings());
        return left;
    }

    @Test
    void a_second_process_sends_what_the_first_one_heard() {
        provider.then(FakeReply.saying("Nice to meet ", "you, Ada."), FakeReply.saying("Your name ", "is Ada."));
        String session;
        try (Gateway first = running()) {
            session = first.client().createSession(SESSION);
            assertThat(first.client().say(session, "My name is Ada.").status()).isEqualTo(201);
            assertThat(first.stop()).isZero();
        }

        assertThat(another().client().say(session, "What is my name?").at("/content/0/text")).isEqualTo("Your name is Ada.");
        assertThatSecondRequestCarriesTheFirstTurn();
    }

    @Test
    void a_killed_process_has_lost_nothing_that_it_acknowledged() {
        provider.then(FakeReply.saying("Nice to meet ", "you, Ada."), FakeReply.saying("Your name ", "is Ada."));
        String session;
        try (Gateway first = running()) {
            session = first.client().createSession(SESSION);
            try (SseStream stream = first.client().stream(session, ChatClient.saying("My name is Ada."))) {
                assertThat(stream.next("done")).isNotNull();
            }
            first.kill();
        }

        ChatClient second = another().client();
        assertThat(second.say(session, "What is my name?").status()).isEqualTo(201);
        assertThat(second.messages(session)).hasSize(4);
        assertThatSecondRequestCarriesTheFirstTurn();
    }

    @Test
    void a_process_killed_in_the_middle_of_a_reply_leaves_what_it_had_said() {
        Gate never = new Gate();
        provider.then(FakeReply.stream().text("Nice to ").text("meet you").waitFor(never).finish(),
                FakeReply.saying("As I was ", "saying."));
        String session;
        ChatClient second;
        try (Gateway first = running()) {
            second = another().client();
            session = first.client().createSession(SESSION);
            try (SseStream stream = first.client().stream(session, ChatClient.saying("My name is Ada."))) {
                String turn = stream.next("turn").json().get("turn").asText();
                never.awaitReached();
                // What another replica can read is stored, and survives the process.
                await().untilAsserted(() -> assertThat(second.send("GET", "/sessions/" + session + "/turns/" + turn, null)
                        .at("/content/0/text")).isEqualTo("Nice to meet you"));
                first.kill();
            }
        }
        await().untilAsserted(() -> assertThat(second.say(session, "Go on.").status()).isEqualTo(201));
        List<JsonNode> history = second.messages(session);
        assertThat(history).extracting(message -> message.at("/content/0/text").asText())
                .containsExactly("My name is Ada.", "Nice to meet you", "Go on.", "As I was saying.");
        assertThat(history.get(1).get("status").asText()).isEqualTo("interrupted");
    }

    @Test
    void two_replicas_serve_one_session_in_turn() {
        for (int i = 0; i < 6; i++) {
            provider.then(FakeReply.saying("reply ", Integer.toString(i)));
        }
        try (Gateway one = running()) {
            List<ChatClient> replicas = List.of(one.client(), another().client());
            String session = one.client().createSession(SESSION);
            for (int i = 0; i < 6; i++) {
                assertThat(replicas.get(i % 2).say(session, "input " + i).status()).isEqualTo(201);
            }
            JsonNode last = provider.calls().getLast().json();
            List<String> sent = last.get("messages").valueStream().map(message -> message.get("content").asText()).toList();
            assertThat(sent).containsExactly("Be brief.", "input 0", "reply 0", "input 1", "reply 1", "input 2", "reply 2",
                    "input 3", "reply 3", "input 4", "reply 4", "input 5");
            assertThat(replicas.get(1).messages(session)).hasSize(12);
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

    private static void assertThatSecondRequestCarriesTheFirstTurn() {
        assertThat(provider.calls()).hasSize(2);
        JsonNode second = provider.calls().get(1).json();
        List<String> sent = second.get("messages").valueStream().map(message -> message.get("content").asText()).toList();
        assertThat(sent).containsExactly("Be brief.", "My name is Ada.", "Nice to meet you, Ada.", "What is my name?");
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.redis.hosts", redis.url());
        settings.put("parley.providers.openai.base-url", provider.openAiUrl().toString());
        settings.put("parley.providers.openai.api-key", "sk-test");
        return Timing.patient(Timing.soon(settings));
    }
}
