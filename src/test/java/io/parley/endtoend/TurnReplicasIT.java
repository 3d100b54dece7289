package io.parley.endtoend;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.parley.testing.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One turn and two replicas: either serves it, and only one runs it. */
class TurnReplicasIT {
    private static RedisServer redis;
    private static FakeProvider provider;
    private static Gateway first;
    private static Gateway second;
    private ChatClient one;
    private ChatClient two;
    private String session;

    @BeforeAll
    static void start() {
        redis = RedisServer.create();
        provider = FakeProvider.start();
        Map<String, String> settings = Timing.soon(Map.of("quarkus.redis.hosts", redis.url(),
                "parley.providers.openai.base-url", provider.openAiUrl().toString(), "parley.providers.openai.api-key",
                "sk-test"));
        first = Gateway.start(settings);
        second = Gateway.start(settings);
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
        provider.close();
        redis.close();
    }

    @BeforeEach
    void begin() {
        provider.reset();
        one = first.client();
        two = second.client();
        session = one.createSession("{\"model\":\"gpt-4o-mini\"}");
    }

    private static Answer post(ChatClient client, String path, String body, String... headers) {
        return client.send("POST", path, body, headers);
    }

    private String turns() {
        return "/sessions/" + session + "/turns";
    }

    private static <T> CompletableFuture<T> meanwhile(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }

    private static List<Event> rest(SseStream stream) {
        try (stream) {
            return stream.rest();
        }
    }

    @CanIgnoreReturnValue
    private String awaitHalf(SseStream stream) {
        String turn = stream.next("turn").json().get("turn").asText();
        await().until(() -> two.send("GET", turns() + "/" + turn, null).at("/content/0/text"), "Half a reply"::equals);
        return turn;
    }

    @Test
    void a_turn_is_stopped_from_another_replica() {
        provider.then(FakeReply.stream().text("Half a reply").waitFor(new Gate()).finish());
        try (SseStream stream = one.stream(session, saying("Hello"))) {
            String turn = awaitHalf(stream);
            Answer cancelled = post(two, turns() + "/" + turn + "/cancel", null);
            assertThat(cancelled.status()).isEqualTo(200);
            assertThat(cancelled.at("/state")).isEqualTo("cancelled");
            assertThat(cancelled.at("/content/0/text")).isEqualTo("Half a reply");
            provider.awaitAborted(1);
            assertThat(stream.next("done").json().get("state").asText()).isEqualTo("cancelled");
        }
    }

    @Test
    void a_turn_that_has_said_nothing_yet_is_stopped_from_another_replica_before_and_after_the_providers_head() {
        for (FakeReply silent : List.of(FakeReply.silence(), FakeReply.stream().ping().hang())) {
            provider.reset();
            provider.then(silent);
            String turn = post(one, turns(), saying("Hello"), "Prefer", "respond-async").at("/id");
            provider.awaitCalls(1);
            List<CompletableFuture<Answer>> twice = Stream.of(two, two)
                    .map(client -> meanwhile(() -> post(client, turns() + "/" + turn + "/cancel", null))).toList();
            assertThat(twice).allSatisfy(answer -> {
                assertThat(answer.join().at("/state")).isEqualTo("cancelled");
                assertThat(answer.join().at("/content")).isEmpty();
            });
            provider.awaitAborted(1);
        }
    }

    @Test
    void stopping_a_turn_from_another_replica_as_it_ends_leaves_it_as_it_ended() {
        String turn = one.say(session, "Hello").at("/id");
        Answer late = post(two, turns() + "/" + turn + "/cancel", null);
        assertThat(late.status()).isEqualTo(200);
        assertThat(late.at("/state")).isEqualTo("completed");
        assertThat(late.at("/content/0/text")).isEqualTo("Hello!");
    }

    @Test
    void an_input_at_another_replica_ends_the_running_turn_and_takes_its_place() {
        provider.then(FakeReply.stream().text("Half a reply").waitFor(new Gate()), FakeReply.saying("ok"));
        try (SseStream stream = one.stream(session, saying("one"))) {
            awaitHalf(stream);
            assertThat(post(two, turns(), "{\"content\":\"two\",\"ifRunning\":\"cancel\"}").at("/content/0/text"))
                    .isEqualTo("ok");
            assertThat(stream.next("done").json().get("state").asText()).isEqualTo("cancelled");
        }
        assertThat(one.messages(session)).extracting(message -> message.at("/content/0/text").asText())
                .containsExactly("one", "Half a reply", "two", "ok");
    }

    @Test
    void an_input_at_another_replica_waits_for_the_running_turn() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().text("Half a reply").waitFor(gate).text("!").finish(), FakeReply.saying("ok"));
        try (SseStream stream = one.stream(session, saying("one"))) {
            awaitHalf(stream);
            CompletableFuture<Answer> waiting = meanwhile(
                    () -> post(two, turns(), "{\"content\":\"two\",\"ifRunning\":\"wait\"}"));
            String key = "parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session;
            await().until(() -> redis.command("HEXISTS " + key + " wait"), ":1"::equals);
            gate.open();
            assertThat(waiting.join().at("/content/0/text")).isEqualTo("ok");
        }
        assertThat(one.messages(session)).extracting(message -> message.at("/content/0/text").asText())
                .containsExactly("one", "Half a reply!", "two", "ok");
    }

    @Test
    void a_turn_is_followed_from_another_replica_at_every_id() {
        Gate gate = new Gate();
        provider.then(
                FakeReply.stream().text("Half ").text("a \uD83D\uDE42").text(" reply").waitFor(gate).text(" and").text(" all")
                        .finish());
        try (SseStream stream = one.stream(session, saying("Hello"))) {
            List<Event> all = new ArrayList<>(List.of(stream.next("turn")));
            while (!SseStream.text(all).equals("Half a \uD83D\uDE42 reply")) {
                all.add(stream.next());
            }
            String turn = all.getFirst().json().get("turn").asText();
            List<CompletableFuture<List<Event>>> others = new ArrayList<>();
            others.add(meanwhile(() -> rest(two.events(session, turn))));
            List.copyOf(all).forEach(event -> others
                    .add(meanwhile(() -> rest(two.events(session, turn, "Last-Event-ID", event.id())))));
            CompletableFuture<List<Event>> lost = meanwhile(
                    () -> rest(two.events(session, turn, "Last-Event-ID", "123456789")));
            CompletableFuture<Answer> waiting = meanwhile(
                    () -> two.send("GET", turns() + "/" + turn, null, "Prefer", "wait=40"));
            gate.open();
            all.addAll(stream.rest());
            for (int i = 0; i < others.size(); i++) {
                assertThat(others.get(i).join()).isEqualTo(all.subList(i, all.size()));
            }
            String text = "Half a \uD83D\uDE42 reply and all";
            assertThat(waiting.join().at("/content/0/text")).isEqualTo(text);
            assertThat(lost.join().getFirst().name()).isEqualTo("reset");
            assertThat(SseStream.text(lost.join())).isEqualTo(text);
            assertThat(lost.join().getLast().name()).isEqualTo("done");
        }
    }

    @Test
    void a_turn_that_ends_with_its_last_listener_goes_on_while_one_listens_elsewhere() {
        provider.then(FakeReply.stream().text("Half a reply").waitFor(new Gate()));
        try (SseStream elsewhere = moved()) {
            Duration longer = Timing.DISCONNECT_GRACE.plus(Timing.LEASE);
            await().during(longer).atMost(longer.multipliedBy(3)).until(() -> provider.aborted() == 0);
            assertThat(elsewhere.status()).isEqualTo(200);
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> provider.aborted() == 1);
        await().untilAsserted(
                () -> assertThat(one.send("GET", turns(), null).at("/data/0/state")).isEqualTo("cancelled"));
    }

    @Test
    void a_turn_that_ends_with_its_last_listener_ends_though_that_one_was_elsewhere() {
        provider.then(FakeReply.stream().text("Half a reply").waitFor(new Gate()));
        String turn = post(one, turns(), "{\"content\":\"Hello\",\"onDisconnect\":\"cancel\"}", "Prefer", "respond-async")
                .at("/id");
        try (SseStream elsewhere = two.events(session, turn)) {
            assertThat(elsewhere.next("delta")).isNotNull();
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> provider.aborted() == 1);
    }

    /** While Redis is away no lease can be renewed: that its owner is dead is no conclusion to be drawn from that. */
    @Test
    void a_reply_survives_a_store_that_is_away_for_longer_than_a_lease_though_others_look_at_it() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().text("Half a reply").waitFor(gate).text(" and the rest").finish());
        try (SseStream stream = one.stream(session, saying("Hello"))) {
            String turn = awaitHalf(stream);
            String key = "parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session;
            redis.kill();
            gate.open();
            await().until(() -> two.send("GET", turns(), null).status(), status -> status == 503);
            redis.start();
            // As if it had been away for so long.
            redis.command("HSET " + key + " lease 1");
            await().atMost(Duration.ofSeconds(30)).until(() -> two.send("GET", turns() + "/" + turn, null),
                    found -> found.status() == 200 && !found.at("/state").equals("running"));
            assertThat(two.send("GET", turns() + "/" + turn, null).at("/state")).isEqualTo("completed");
            assertThat(SseStream.text(stream.rest())).endsWith(" and the rest");
        }
    }

    /** A client of one replica that goes on at another. */
    private SseStream moved() {
        try (SseStream stream = one.stream(session, "{\"content\":\"Hello\",\"onDisconnect\":\"cancel\"}")) {
            return two.events(session, awaitHalf(stream));
        }
    }

    @Test
    void what_happens_on_one_replica_is_told_to_a_tab_on_another() {
        try (SseStream feed = two.feed(session)) {
            String turn = one.say(session, "Hello").at("/id");
            assertThat(feed.next("turn-started").json().get("turn").asText()).isEqualTo(turn);
            assertThat(feed.next("turn-ended").json().get("turn").asText()).isEqualTo(turn);
        }
    }

    @Test
    void a_lost_listener_is_told_the_text_so_far_while_the_turn_runs_elsewhere() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().text("Half a reply").waitFor(gate).text("!").finish());
        try (SseStream stream = one.stream(session, saying("Hello"))) {
            String turn = awaitHalf(stream);
            try (SseStream lost = two.events(session, turn, "Last-Event-ID", "123456789")) {
                assertThat(lost.next("reset").json().get("text").asText()).isEqualTo("Half a reply");
                gate.open();
                assertThat(lost.rest()).extracting(Event::name).containsExactly("delta", "done");
            }
        }
    }

    @Test
    void the_same_request_to_both_replicas_at_once_is_one_turn() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().waitFor(gate).text("Hello").finish());
        List<CompletableFuture<Answer>> asked = Stream.of(one, two, one, two)
                .map(client -> meanwhile(() -> post(client, turns(), saying("Hi"), "Idempotency-Key", "k"))).toList();
        gate.awaitReached();
        gate.open();
        String turn = asked.getFirst().join().at("/id");
        assertThat(asked).allSatisfy(answer -> {
            assertThat(answer.join().status()).isEqualTo(201);
            assertThat(answer.join().at("/id")).isEqualTo(turn);
            assertThat(answer.join().at("/content/0/text")).isEqualTo("Hello");
        });
        assertThat(provider.calls()).hasSize(1);
        assertThat(one.messages(session)).hasSize(2);
    }

    @Test
    void different_requests_to_both_replicas_at_once_are_one_turn_and_one_refusal() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().waitFor(gate).text("Hello").finish());
        List<CompletableFuture<Answer>> asked = Stream.of(one, two)
                .map(client -> meanwhile(() -> post(client, turns(), saying("Hi"), "Prefer", "respond-async"))).toList();
        assertThat(asked).extracting(answer -> answer.join().status()).containsExactlyInAnyOrder(202, 409);
        gate.open();
        await().until(() -> one.messages(session).size() == 2);
        assertThat(provider.calls()).hasSize(1);
    }
}
