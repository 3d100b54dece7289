package io.parley.endtoend;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.testing.ChatClient;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * How long it takes one replica to see or stop what another one does, with two packaged processes and one Redis. Not a test:
 * {@code ./mvnw verify -Dit.test=ReplicaTimesBenchmark} prints medians and extremes.
 */
class ReplicaTimesBenchmark {
    private static final int ROUNDS = 40;
    private static final int CRASHES = 3;
    private static RedisServer redis;
    private static FakeProvider provider;
    private static Gateway first;
    private static Gateway second;

    @BeforeAll
    static void start() {
        redis = RedisServer.create();
        provider = FakeProvider.start();
        first = gateway();
        second = gateway();
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
        provider.close();
        redis.close();
    }

    private static Gateway gateway() {
        return Gateway.start(Map.of("quarkus.redis.hosts", redis.url(), "parley.providers.openai.base-url",
                provider.openAiUrl().toString(), "parley.providers.openai.api-key", "sk-test"));
    }

    @Test
    void times() {
        List<Double> closed = new ArrayList<>();
        List<Double> here = new ArrayList<>();
        List<Double> there = new ArrayList<>();
        List<Double> places = new ArrayList<>();
        for (int round = -5; round < ROUNDS; round++) {
            double cancelled = cancel();
            double[] seen = follow();
            double placed = takePlace();
            if (round >= 0) {
                closed.add(cancelled);
                here.add(seen[0]);
                there.add(seen[1]);
                places.add(placed);
            }
        }
        print("cancelled at another replica, provider's socket closed", closed);
        print("a piece of the reply is seen at the owner", here);
        print("the same piece is seen at another replica", there);
        print("ifRunning: cancel at another replica, the new turn has its reply", places);
        List<Double> crashes = new ArrayList<>();
        for (int crash = 0; crash < CRASHES; crash++) {
            crashes.add(crash());
        }
        print("the owner is killed, a client at another replica is told the end", crashes);
    }

    private static void print(String what, List<Double> millis) {
        Collections.sort(millis);
        System.out.printf(Locale.ROOT, "%-70s median %.0f ms (%.0f to %.0f, n = %d)%n", what, millis.get(millis.size() / 2),
                millis.getFirst(), millis.getLast(), millis.size());
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private static SseStream begin(ChatClient client, String session, FakeReply reply) {
        provider.reset();
        provider.then(reply, FakeReply.saying("ok"));
        SseStream stream = client.stream(session, saying("Hello"));
        assertThat(stream.status()).isEqualTo(200);
        return stream;
    }

    private static double cancel() {
        String session = first.client().createSession("{\"model\":\"gpt-4o-mini\"}");
        try (SseStream stream = begin(first.client(), session, FakeReply.stream().text("Half").waitFor(new Gate()))) {
            String turn = stream.next("turn").json().get("turn").asText();
            assertThat(stream.next("delta")).isNotNull();
            ChatClient other = second.client();
            long start = System.nanoTime();
            CompletableFuture<Integer> answered = CompletableFuture.supplyAsync(
                    () -> other.send("POST", "/sessions/" + session + "/turns/" + turn + "/cancel", null).status());
            await().pollInterval(Duration.ofMillis(1)).until(() -> provider.aborted() == 1);
            double closed = since(start);
            assertThat(answered.join()).isEqualTo(200);
            return closed;
        }
    }

    private static double[] follow() {
        String session = first.client().createSession("{\"model\":\"gpt-4o-mini\"}");
        Gate gate = new Gate();
        FakeReply reply = FakeReply.stream().text("a").waitFor(gate).text("b").waitFor(new Gate());
        try (SseStream own = begin(first.client(), session, reply)) {
            String turn = own.next("turn").json().get("turn").asText();
            try (SseStream other = second.client().events(session, turn)) {
                assertThat(own.next("delta")).isNotNull();
                assertThat(other.next("delta")).isNotNull();
                long start = System.nanoTime();
                CompletableFuture<Double> there = CompletableFuture.supplyAsync(() -> {
                    assertThat(other.next("delta")).isNotNull();
                    return since(start);
                });
                gate.open();
                assertThat(own.next("delta")).isNotNull();
                double here = since(start);
                return new double[] { here, there.join() };
            }
        }
    }

    private static double takePlace() {
        String session = first.client().createSession("{\"model\":\"gpt-4o-mini\"}");
        try (SseStream stream = begin(first.client(), session, FakeReply.stream().text("Half").waitFor(new Gate()))) {
            assertThat(stream.next("delta")).isNotNull();
            long start = System.nanoTime();
            assertThat(second.client().send("POST", "/sessions/" + session + "/turns",
                    "{\"content\":\"two\",\"ifRunning\":\"cancel\"}").status()).isEqualTo(201);
            return since(start);
        }
    }

    private static double crash() {
        try (Gateway owner = gateway()) {
            String session = owner.client().createSession("{\"model\":\"gpt-4o-mini\"}");
            String turn;
            try (SseStream stream = begin(owner.client(), session, FakeReply.stream().text("Half").waitFor(new Gate()))) {
                turn = stream.next("turn").json().get("turn").asText();
                assertThat(stream.next("delta")).isNotNull();
            }
            try (SseStream other = second.client().events(session, turn)) {
                assertThat(other.next("delta")).isNotNull();
                long start = System.nanoTime();
                owner.kill();
                assertThat(other.next("failed")).isNotNull();
                return since(start);
            }
        }
    }
}
