package io.parley.endtoend;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packaged service and a Redis that is away, hangs, is asked too much, or has lost everything. */
class RedisTroubleIT {
    private static final String SESSION = "{\"model\":\"gpt-4o-mini\"}";
    private RedisServer redis;
    private FakeProvider provider;
    private Gateway gateway;

    @BeforeEach
    void start() {
        redis = RedisServer.create();
        provider = FakeProvider.start();
    }

    @AfterEach
    void stop() {
        redis.resume();
        gateway.close();
        provider.close();
        redis.close();
    }

    private ChatClient serve(String... more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.redis.hosts", redis.url());
        settings.put("parley.providers.openai.base-url", provider.openAiUrl().toString());
        settings.put("parley.providers.openai.api-key", "sk-test");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        gateway = Gateway.start(settings);
        return gateway.client();
    }

    private Answer health(String kind) {
        return gateway.health(kind);
    }

    private JsonNode redisCheck() {
        return health("ready").json().get("checks").valueStream()
                .filter(check -> check.get("name").asText().equals("redis")).findFirst().orElseThrow();
    }

    private static <T> CompletableFuture<T> meanwhile(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }

    @Test
    void without_redis_the_service_starts_is_not_ready_and_serves_as_soon_as_redis_comes() {
        redis.stop();
        ChatClient client = serve();
        assertThat(health("live").status()).isEqualTo(200);
        assertThat(health("ready").status()).isEqualTo(503);
        assertThat(client.send("POST", "/sessions", SESSION).status()).isEqualTo(503);

        redis.start();
        await().until(() -> health("ready").status() == 200);
        assertThat(client.say(client.createSession(SESSION), "Hello").status()).isEqualTo(201);
    }

    @Test
    void while_redis_hangs_nothing_piles_up_and_everybody_is_told_to_come_back() {
        ChatClient client = serve("parley.redis.connections", "1", "parley.redis.in-flight", "8", "parley.redis.waiting", "16");
        String session = client.createSession(SESSION);
        redis.pause();
        List<CompletableFuture<Answer>> asked = IntStream.range(0, 200)
                .mapToObj(_ -> meanwhile(() -> client.send("GET", "/sessions/" + session, null))).toList();
        assertThat(asked).allSatisfy(answer -> {
            assertThat(answer.join().status()).isEqualTo(503);
            assertThat(answer.join().headers().firstValue("Retry-After")).isPresent();
        });
        assertThat(asked).extracting(answer -> answer.join().at("/code")).contains("overloaded", "store-unavailable");
        assertThat(health("ready").status()).isEqualTo(503);
        assertThat(health("live").status()).isEqualTo(200);

        redis.resume();
        await().until(() -> health("ready").status() == 200);
        assertThat(client.say(session, "Hello").status()).isEqualTo(201);
    }

    @Test
    void four_hundred_turns_at_once_are_served() {
        ChatClient client = serve();
        List<String> sessions = Stream.generate(() -> client.createSession(SESSION)).limit(400).toList();
        List<CompletableFuture<Answer>> turns = sessions.stream()
                .map(session -> meanwhile(() -> client.say(session, "Hello"))).toList();
        assertThat(turns).allSatisfy(turn -> assertThat(turn.join().status()).isEqualTo(201));
        assertThat(provider.calls()).hasSize(400);
    }

    @Test
    void a_redis_that_has_lost_everything_is_not_taken_for_an_empty_conversation() {
        Gate gate = new Gate();
        provider.then(FakeReply.saying("Hello", "!"), FakeReply.stream().text("Half a reply").waitFor(gate).text("!").finish());
        ChatClient client = serve();
        String session = client.createSession(SESSION);
        assertThat(client.say(session, "Hello").status()).isEqualTo(201);
        try (SseStream stream = client.stream(session, saying("Go on"))) {
            assertThat(stream.next("delta")).isNotNull();
            redis.flush();
            gate.open();
            JsonNode failed = stream.next("failed").json();
            assertThat(failed.at("/problem/code").asText()).isEqualTo("session-not-found");
            assertThat(failed.get("saved").asBoolean()).isFalse();
        }
        for (Answer answer : List.of(client.say(session, "Hello?"), client.send("GET", "/sessions/" + session, null),
                client.send("GET", "/sessions/" + session + "/messages", null))) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.at("/code")).isEqualTo("session-not-found");
        }
        assertThat(redis.command("DBSIZE")).isEqualTo(":0");
        assertThat(provider.calls()).hasSize(2);
    }

    @Test
    void a_session_that_cannot_be_read_is_an_error_of_its_own_and_of_no_other() {
        ChatClient client = serve();
        String broken = client.createSession(SESSION);
        String key = "parley:{" + broken.substring(0, broken.indexOf('.')) + "}:" + broken + ":m";
        redis.command("SET " + key + " x");
        Answer answer = client.say(broken, "Hello");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.at("/code")).isEqualTo("internal-error");
        assertThat(answer.body()).doesNotContain("WRONGTYPE").doesNotContain("parley:");
        assertThat(provider.calls()).isEmpty();
        assertThat(client.say(client.createSession(SESSION), "Hello").status()).isEqualTo(201);
        assertThat(client.send("DELETE", "/sessions/" + broken, null).status()).isEqualTo(204);
    }

    @Test
    void a_redis_that_would_evict_conversations_is_shown_and_used_all_the_same() {
        redis.command("CONFIG SET maxmemory-policy allkeys-lru");
        ChatClient client = serve();
        assertThat(health("ready").status()).isEqualTo(200);
        assertThat(redisCheck().at("/data/evictionPolicy").asText()).isEqualTo("allkeys-lru");
        assertThat(redisCheck().at("/data/losesConversationsWhenFull").asBoolean()).isTrue();
        assertThat(gateway.output()).containsOnlyOnce("set its maxmemory-policy to noeviction");

        redis.command("CONFIG SET maxmemory-policy noeviction");
        assertThat(redisCheck().at("/data/evictionPolicy").asText()).isEqualTo("noeviction");
        assertThat(redisCheck().at("/data/losesConversationsWhenFull").asBoolean()).isFalse();
    }
}
