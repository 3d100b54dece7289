package io.parley.turn;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.FaultProxy;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A Redis that hangs, dies, stays away or answers into the void, and a provider that falls silent. */
@QuarkusTest
@TestProfile(StoreTroubleApiTest.Impatient.class)
class StoreTroubleApiTest extends TurnApi {
    FaultProxy way;

    public static class Impatient implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("parley.turns.commit-patience", "3S", "parley.turns.max-running", "20",
                    "parley.redis.timeout", "1S", "parley.redis.attempts-within", "1S", "parley.redis.steady", "0.1S",
                    "parley.upstream.between-contents", "0.3S");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(UnsteadyBackends.class));
        }
    }

    public static final class UnsteadyBackends implements QuarkusTestResourceLifecycleManager {
        private RedisServer redis;
        private FakeProvider provider;
        private FaultProxy way;

        @Override
        public Map<String, String> start() {
            redis = RedisServer.create();
            provider = FakeProvider.start();
            way = FaultProxy.to(redis.port());
            return Map.of("quarkus.redis.hosts", way.url(),
                    "parley.providers.openai.base-url", provider.openAiUrl().toString(),
                    "parley.providers.openai.api-key", "sk-test", "parley.upstream.retries", "0");
        }

        @Override
        public void inject(TestInjector injector) {
            injector.injectIntoFields(redis, new TestInjector.MatchesType(RedisServer.class));
            injector.injectIntoFields(provider, new TestInjector.MatchesType(FakeProvider.class));
            injector.injectIntoFields(way, new TestInjector.MatchesType(FaultProxy.class));
        }

        @Override
        public void stop() {
            way.close();
            provider.close();
            redis.close();
        }
    }

    @AfterEach
    void heal() {
        way.mend();
        awaitStore();
    }

    private void awaitStore() {
        await().until(() -> client.send("GET", "/sessions/" + session, null).status() == 200);
    }

    /** Nothing of what was refused is stored, now or later, and the session can go on. */
    private void assertNothingWasStored() {
        awaitStore();
        await().untilAsserted(() -> {
            assertThat(client.messages(session)).isEmpty();
            assertThat(client.send("GET", "/sessions/" + session + "/turns", null).json().get("data")).isEmpty();
        });
        assertThat(provider.calls()).isEmpty();
        assertThat(post(saying("again")).status()).isEqualTo(201);
        assertThat(history()).containsExactly("user: again", "assistant: Hello!");
    }

    private static void assertUnavailable(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.at("/code")).isEqualTo("store-unavailable");
        assertThat(answer.json().get("retryable").asBoolean()).isTrue();
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.json().has("stored")).isFalse();
    }

    @Test
    void a_turn_that_a_hanging_redis_does_not_open_is_refused_and_undone() {
        redis.pause();
        try {
            assertUnavailable(post(saying("lost")));
            assertThat(provider.calls()).isEmpty();
        } finally {
            redis.resume();
        }
        assertNothingWasStored();
    }

    @Test
    void a_turn_that_was_opened_without_an_answer_is_undone() {
        way.loseAnswers();
        assertUnavailable(post(saying("lost")));
        way.mend();
        assertNothingWasStored();
    }

    @Test
    void a_turn_whose_redis_is_gone_is_refused_at_once() {
        way.cut();
        assertUnavailable(post(saying("lost")));
        way.mend();
        assertNothingWasStored();
    }

    @Test
    void a_reply_is_kept_in_memory_until_redis_is_back() {
        try (SseStream stream = killedWhileSpeaking()) {
            redis.start();
            Event done = stream.next("done");
            assertThat(done.json().get("state").asText()).isEqualTo("completed");
            assertThat(message(done.json().get("message").asText()).at("/content/0/text")).isEqualTo("A long story");
        }
        assertThat(history()).containsExactly("user: one", "assistant: A long story");
    }

    private SseStream killedWhileSpeaking() {
        provider.reset();
        Gate gate = new Gate();
        provider.then(FakeReply.stream().waitFor(gate).text("A long ").text("story").finish());
        SseStream stream = stream("one");
        assertThat(stream.next("turn")).isNotNull();
        provider.awaitCalls(1);
        redis.kill();
        gate.open();
        return stream;
    }

    @Test
    void a_reply_that_cannot_be_stored_is_said_to_be_unsaved_and_the_session_goes_on_later() {
        try (SseStream stream = killedWhileSpeaking()) {
            List<Event> events = stream.rest();
            JsonNode failed = events.getLast().json();
            assertThat(events.getLast().name()).isEqualTo("failed");
            assertThat(failed.get("saved").asBoolean()).isFalse();
            assertThat(failed.get("message").isNull()).isTrue();
            assertThat(failed.at("/problem/code").asText()).isEqualTo("store-unavailable");
            assertThat(SseStream.text(events)).isEqualTo("A long story");
        } finally {
            redis.start();
        }
        awaitStore();
        redis.command("HSET " + key() + " lease 0");
        // Refused as long as Redis has not answered everything for a while: only then does the lease say that its owner is dead.
        await().until(() -> post(saying("two")).status() == 201);
        assertThat(history()).startsWith("user: one").endsWith("user: two", "assistant: Hello!");
    }

    private String key() {
        return "parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session;
    }

    @Test
    void a_dead_turn_that_somebody_waits_for_or_stops_is_settled() {
        for (String path : List.of("", "/cancel")) {
            session = client.createSession(SESSION);
            try (SseStream stream = killedWhileSpeaking()) {
                assertThat(stream.next("failed")).isNotNull();
            } finally {
                redis.start();
            }
            awaitStore();
            redis.command("HSET " + key() + " lease 0");
            String turn = client.send("GET", "/sessions/" + session + "/turns", null).at("/data/0/id");
            // A connection that has not noticed the new Redis yet may fail the first request.
            Answer settled = await().until(() -> path.isEmpty()
                    ? client.send("GET", "/sessions/" + session + "/turns/" + turn, null, "Prefer", "wait=20")
                    : cancel(turn), answer -> answer.status() != 503);
            assertThat(settled.at("/state")).as(settled.body()).isEqualTo(path.isEmpty() ? "interrupted" : "cancelled");
            assertThat(settled.at("/model")).isEqualTo("gpt-4o-mini");
            assertThat(rest(client.events(session, turn)).getLast().name()).isEqualTo(path.isEmpty() ? "failed" : "done");
        }
    }

    @Test
    void a_turn_can_be_stopped_while_redis_does_not_answer() {
        provider.then(FakeReply.silence());
        String turn = begin("one");
        provider.awaitCalls(1);
        redis.pause();
        CompletableFuture<Answer> cancelled = meanwhile(() -> cancel(turn));
        try {
            provider.awaitAborted(1);
        } finally {
            redis.resume();
        }
        assertThat(cancelled.join().at("/state")).isEqualTo("cancelled");
    }

    @Test
    void a_provider_that_falls_silent_ends_the_turn_and_what_it_said_is_kept() {
        provider.then(FakeReply.stream().text("Half a reply").hang());
        Event failed = rest(stream("one")).getLast();
        assertThat(failed.json().at("/problem/code").asText()).isEqualTo("provider-timeout");
        assertThat(history()).containsExactly("user: one", "assistant: Half a reply");
        provider.awaitAborted(1);
    }

    @Test
    void no_more_turns_run_than_may() {
        provider.always(FakeReply.silence());
        Map<String, String> running = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            session = client.createSession(SESSION);
            running.put(session, begin("one"));
        }
        session = client.createSession(SESSION);
        Answer refused = post(saying("one"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.at("/code")).isEqualTo("overloaded");
        assertThat(client.messages(session)).isEmpty();
        running.forEach((busy, turn) -> {
            session = busy;
            assertThat(cancel(turn).at("/state")).isEqualTo("cancelled");
        });
        session = client.createSession(SESSION);
        provider.reset();
        assertThat(post(saying("one")).status()).isEqualTo(201);
    }
}
