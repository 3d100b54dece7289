package io.parley.endtoend;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import io.parley.testing.Size;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.parley.testing.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SIGTERM: one of two replicas leaves, and nobody who talks with it loses anything. */
class DrainIT {
    private static final String SOON = "PT0.2S";
    /** Longer than any test waits for the end of a process. */
    private static final String NEVER = "10M";
    private static RedisServer redis;
    private static FakeProvider provider;
    private static Gateway staying;
    private Gateway leaving;
    private ChatClient client;
    private String session;

    @BeforeAll
    static void start() {
        redis = RedisServer.create();
        provider = FakeProvider.start();
        staying = Gateway.start(Timing.soon(settings()));
    }

    @AfterAll
    static void stop() {
        staying.close();
        provider.close();
        redis.close();
    }

    @BeforeEach
    void begin() {
        provider.reset();
        // A test may have killed Redis just now.
        session = await().ignoreExceptions().until(() -> staying.client().createSession("{\"model\":\"gpt-4o-mini\"}"),
                Objects::nonNull);
    }

    @AfterEach
    void end() {
        leaving.close();
    }

    private static Map<String, String> settings(String... more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.redis.hosts", redis.url());
        settings.put("parley.providers.openai.base-url", provider.openAiUrl().toString());
        settings.put("parley.providers.openai.api-key", "sk-test");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    private void serveWithLimit(String limit, String... more) {
        Map<String, String> settings = settings(more);
        settings.put("parley.drain.limit", limit);
        leaving = Gateway.start(Timing.soon(settings));
        client = leaving.client();
    }

    private int health(String kind) {
        return leaving.health(kind).status();
    }

    private String turns() {
        return "/sessions/" + session + "/turns";
    }

    /** Reads until the half of the reply has come that comes before the gate. */
    @CanIgnoreReturnValue
    private static List<Event> half(SseStream stream) {
        List<Event> seen = new ArrayList<>();
        while (!SseStream.text(seen).equals("Half a reply")) {
            seen.add(stream.next());
        }
        return seen;
    }

    private static String turnOf(List<Event> events) {
        return events.getFirst().json().get("turn").asText();
    }

    @Test
    void turns_that_run_end_well_while_nothing_new_begins() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().text("Half a reply").waitFor(gate).text(" and all").finish());
        serveWithLimit(NEVER);
        String other = client.createSession("{\"model\":\"gpt-4o-mini\"}");
        try (SseStream stream = client.stream(session, saying("Hello"))) {
            List<Event> seen = half(stream);
            leaving.terminate();
            await().until(() -> health("ready") == 503);
            assertThat(health("live")).isEqualTo(200);

            Answer refused = client.say(other, "Me too");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.at("/code")).isEqualTo("draining");
            assertThat(refused.json().get("retryable").asBoolean()).isTrue();
            assertThat(refused.headers().firstValue("Retry-After")).contains("1");
            assertThat(refused.headers().firstValue("Connection")).contains("close");
            assertThat(staying.client().messages(other)).isEmpty();

            try (SseStream second = client.events(session, turnOf(seen))) {
                half(second);
                gate.open();
                assertThat(second.rest().getLast().name()).isEqualTo("done");
            }
            seen.addAll(stream.rest());
            assertThat(seen.getLast().name()).isEqualTo("done");
            assertThat(SseStream.text(seen)).isEqualTo("Half a reply and all");
        }
        assertThat(leaving.awaitEnd()).isZero();
        assertThat(provider.calls()).hasSize(1);
        assertThat(staying.client().messages(session)).hasSize(2);
    }

    @Test
    void at_the_limit_a_client_goes_on_at_another_replica_and_misses_nothing() {
        provider.then(FakeReply.stream().text("Half ").text("a reply").waitFor(new Gate()).finish());
        serveWithLimit(SOON);
        List<Event> seen;
        JsonNode goOn;
        try (SseStream stream = client.stream(session, saying("Hello"))) {
            seen = half(stream);
            leaving.terminate();
            Event last = stream.next();
            assertThat(last.name()).isEqualTo("reconnect");
            assertThat(stream.next()).isNull();
            goOn = last.json();
        }
        assertThat(leaving.awaitEnd()).isZero();
        provider.awaitAborted(1);
        assertThat(goOn.get("after").asLong()).isEqualTo(seen.getLast().number());
        assertThat(goOn.get("events").asText()).isEqualTo("/api/v1" + turns() + "/" + turnOf(seen) + "/events");
        try (SseStream stream = staying.client().events(session, turnOf(seen), "Last-Event-ID", goOn.get("after").asText())) {
            List<Event> rest = stream.rest();
            assertThat(rest).extracting(Event::name).containsExactly("failed");
            assertThat(rest.getFirst().json().get("state").asText()).isEqualTo("interrupted");
            assertThat(rest.getFirst().json().at("/problem/code").asText()).isEqualTo("interrupted");
        }
        assertThatTurnWasInterrupted(turnOf(seen));
    }

    private void assertThatTurnWasInterrupted(String turn) {
        List<JsonNode> history = staying.client().messages(session);
        assertThat(history).extracting(message -> message.at("/content/0/text").asText())
                .containsExactly("Hello", "Half a reply");
        assertThat(history.getLast().get("status").asText()).isEqualTo("interrupted");
        Answer ended = staying.client().send("GET", turns() + "/" + turn, null);
        assertThat(ended.at("/state")).isEqualTo("interrupted");
        assertThat(ended.at("/problem/detail")).contains("shut down");
        assertThat(ended.json().at("/usage/estimated").asBoolean()).isTrue();
        assertThat(ended.json().at("/usage/inputTokens").asLong()).isPositive();
    }

    @Test
    void at_the_limit_many_streams_all_end_with_a_last_word_and_every_reply_is_kept() {
        Gate never = new Gate();
        provider.always(FakeReply.stream().text("Half a reply").waitFor(never).finish());
        serveWithLimit(SOON);
        List<String> sessions = Stream.generate(() -> staying.client().createSession("{\"model\":\"gpt-4o-mini\"}"))
                .limit(Size.of(20, 100)).toList();
        List<SseStream> streams = sessions.stream().map(one -> client.stream(one, saying("Hello"))).toList();
        streams.forEach(DrainIT::half);
        leaving.terminate();
        assertThat(streams).allSatisfy(stream -> assertThat(stream.rest()).extracting(Event::name).last()
                .isIn("reconnect", "failed"));
        assertThat(leaving.awaitEnd()).isZero();
        assertThat(sessions).allSatisfy(one -> {
            JsonNode reply = staying.client().messages(one).getLast();
            assertThat(reply.at("/content/0/text").asText()).isEqualTo("Half a reply");
            assertThat(reply.get("status").asText()).isEqualTo("interrupted");
        });
    }

    @Test
    void at_the_limit_whoever_waits_for_a_whole_turn_learns_where_it_is() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().text("Half a reply").waitFor(gate).finish());
        serveWithLimit(SOON);
        CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(() -> client.say(session, "Hello"),
                task -> Thread.ofVirtual().start(task));
        gate.awaitReached();
        leaving.terminate();
        Answer answer = waiting.join();
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.at("/state")).isEqualTo("running");
        assertThat(answer.at("/content/0/text")).isEqualTo("Half a reply");
        assertThat(answer.headers().firstValue("Location")).contains("/api/v1" + turns() + "/" + answer.at("/id"));
        assertThat(leaving.awaitEnd()).isZero();
        assertThatTurnWasInterrupted(answer.at("/id"));
    }

    @Test
    void whoever_follows_a_turn_of_another_replica_is_sent_there_at_once() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().text("Half a reply").waitFor(gate).text(" and all").finish());
        serveWithLimit(NEVER);
        try (SseStream stream = staying.client().stream(session, saying("Hello"))) {
            String turn = turnOf(half(stream));
            List<Event> seen;
            try (SseStream follower = client.events(session, turn)) {
                seen = half(follower);
                leaving.terminate();
                Event last = follower.next("reconnect");
                assertThat(last.json().get("after").asLong()).isEqualTo(seen.getLast().number());
            }
            assertThat(leaving.awaitEnd()).isZero();
            try (SseStream follower = staying.client().events(session, turn, "Last-Event-ID", seen.getLast().id())) {
                gate.open();
                seen.addAll(follower.rest());
            }
            assertThat(seen).extracting(Event::name).doesNotContain("reset").endsWith("done");
            assertThat(SseStream.text(seen)).isEqualTo("Half a reply and all");
        }
    }

    @Test
    void where_nothing_runs_nothing_is_waited_for() {
        provider.then(FakeReply.saying("Hello", "!"));
        serveWithLimit(NEVER, "parley.drain.grace", NEVER);
        assertThat(client.say(session, "Hello").status()).isEqualTo(201);
        assertThat(leaving.stop()).isZero();
    }

    @Test
    void a_turn_that_is_given_up_is_run_again_though_nobody_asks_for_it() {
        provider.then(FakeReply.stream().text("Half a reply").waitFor(new Gate()).finish(), FakeReply.saying("All of it"));
        serveWithLimit(SOON);
        try (SseStream stream = client.stream(session, "{\"content\":\"Hello\",\"onCrash\":\"restart\"}")) {
            half(stream);
            leaving.terminate();
            assertThat(stream.next("reconnect")).isNotNull();
        }
        assertThat(leaving.awaitEnd()).isZero();
        await().atMost(Duration.ofSeconds(60)).until(() -> ofSession("redis.call('HEXISTS', KEYS[1], 'run')"), ":0"::equals);
        assertThat(staying.client().messages(session).getLast().at("/content/0/text").asText()).isEqualTo("All of it");
    }

    @Test
    void a_turn_that_may_be_begun_anew_is_another_replicas_at_once() {
        provider.then(FakeReply.stream().text("Half a reply").waitFor(new Gate()).finish());
        // A lease that no process gives up lasts longer than the test.
        serveWithLimit(SOON, "parley.lease.time", "2M");
        List<Event> seen;
        try (SseStream stream = client.stream(session, "{\"content\":\"Hello\",\"onCrash\":\"restart\"}")) {
            seen = half(stream);
            String epoch = ofSession("tonumber(redis.call('HGET', KEYS[1], 'epoch'))").substring(1);
            leaving.terminate();
            seen.add(stream.next("reconnect"));
            assertThat(leaving.awaitEnd()).isZero();
            provider.awaitAborted(1);
            assertThat(ofSession("redis.call('HEXISTS', KEYS[1], 'run')")).isEqualTo(":1");
            // The other replica may have taken the turn already.
            assertThat(ofSession("tonumber(redis.call('HGET', KEYS[1], 'lease')) <= redis.call('TIME')[1] * 1000 + 999"
                    + " or tonumber(redis.call('HGET', KEYS[1], 'epoch')) > " + epoch)).isEqualTo(":1");
        }
        try (SseStream stream = staying.client().events(session, turnOf(seen), "Last-Event-ID",
                seen.getLast().json().get("after").asText())) {
            Event first = stream.next();
            assertThat(first.name()).isEqualTo("reset");
            assertThat(first.number()).isGreaterThan(seen.getLast().json().get("after").asLong());
        }
        assertThat(ofSession("tonumber(redis.call('HGET', KEYS[1], 'epoch'))")).isEqualTo(":2");
    }

    /** What Redis says of the session's own hash. */
    private static String evaluate(String expression, String key) {
        return redis.command("EVAL \"return " + expression + "\" 1 " + key);
    }

    private String ofSession(String expression) {
        return evaluate(expression, "parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session);
    }

    @Test
    void a_turn_that_is_just_being_opened_is_not_forgotten() {
        provider.then(FakeReply.saying("Hello", "!"));
        serveWithLimit(NEVER, "parley.redis.attempts", "100", "parley.redis.attempts-within", "60S");
        redis.pause();
        try {
            CompletableFuture<Answer> opening = CompletableFuture.supplyAsync(() -> client.say(session, "Hello"),
                    task -> Thread.ofVirtual().start(task));
            // What asks Redis after it has waited in vain.
            assertThat(health("ready")).isEqualTo(503);
            leaving.terminate();
            await().until(leaving::output,
                    output -> output.contains("The shutdown waits up to 600 s for 1 running turns to end."));
            redis.resume();
            assertThat(opening.join().status()).isEqualTo(201);
        } finally {
            redis.resume();
        }
        assertThat(leaving.awaitEnd()).isZero();
        assertThat(staying.client().messages(session)).hasSize(2);
    }

    @Test
    void a_store_that_is_away_does_not_hold_up_the_end() {
        provider.then(FakeReply.stream().text("Half a reply").waitFor(new Gate()).finish());
        serveWithLimit(SOON, "parley.drain.grace", SOON, "parley.turns.commit-patience", NEVER);
        try (SseStream stream = client.stream(session, saying("Hello"))) {
            half(stream);
            redis.kill();
            leaving.terminate();
            assertThat(stream.next().name()).isEqualTo("reconnect");
            assertThat(leaving.awaitEnd()).isZero();
        } finally {
            redis.start();
        }
    }
}
