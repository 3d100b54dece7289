package io.parley.endtoend;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
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
        Map<String, String> settings = Map.of("quarkus.redis.hosts", redis.url(), "parley.providers.openai.base-url",
                provider.openAiUrl().toString(), "parley.providers.openai.api-key", "sk-test");
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
