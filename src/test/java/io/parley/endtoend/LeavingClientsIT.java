package io.parley.endtoend;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.testing.ChatClient;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Footprint;
import io.parley.testing.Gate;
import io.parley.testing.Gateway;
import io.parley.testing.RawClient;
import io.parley.testing.RedisServer;
import io.parley.testing.Size;
import io.parley.testing.SseStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that come and leave in every way cost nothing once they are gone. */
class LeavingClientsIT {
    private static final int CYCLES = Size.of(1_000, 10_000);
    private static final int WARM_UP = Size.of(300, 1_000);
    private static final int AT_A_TIME = 8;
    private static final int SESSIONS = 20;
    private static final int HANDLES_OF_SLACK = 20;
    private static final long HEAP_OF_SLACK = 4L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final RedisServer redis = RedisServer.create();
    private final FakeProvider provider = FakeProvider.start();
    private final List<String> sessions = new ArrayList<>();
    private Gateway gateway;
    private String running;
    private String finished;

    @BeforeEach
    void start() {
        gateway = Gateway.start(Map.of("quarkus.redis.hosts", redis.url(), "parley.providers.openai.base-url",
                provider.openAiUrl().toString(), "parley.providers.openai.api-key", "sk-test",
                // The reply that waits is silent for as long as all the others take.
                "parley.upstream.between-contents", "15M"));
        for (int i = 0; i < SESSIONS; i++) {
            sessions.add(gateway.client().createSession("{\"model\":\"gpt-4o-mini\"}"));
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
        provider.close();
        redis.close();
    }

    @Test
    void those_who_connect_and_leave_cost_nothing_that_stays() {
        ChatClient client = gateway.client();
        String session = client.createSession("{\"model\":\"gpt-4o-mini\"}");
        finished = events(session, client.say(session, "Hello").at("/id"));
        Gate gate = new Gate();
        provider.then(FakeReply.stream().text("Half a reply").waitFor(gate).finish());
        try (SseStream stream = client.stream(session, saying("And?"))) {
            running = events(session, stream.next("turn").json().get("turn").asText());
            comeAndLeave(WARM_UP);
            Footprint before = calm();
            comeAndLeave(CYCLES);
            assertThatItReturnsTo(before);
            gate.open();
            assertThat(stream.next("done")).isNotNull();
        }
    }

    private static String events(String session, String turn) {
        return "/sessions/" + session + "/turns/" + turn + "/events";
    }

    /** Once nothing goes on any more: no turn but the one that waits. */
    private Footprint calm() {
        ChatClient client = gateway.client();
        await().atMost(PATIENCE).until(() -> sessions.stream().allMatch(session -> client
                .send("GET", "/sessions/" + session + "/turns?state=running", null).json().get("data").isEmpty()));
        return Footprint.of(gateway);
    }

    private void assertThatItReturnsTo(Footprint before) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            Footprint after = calm();
            System.out.printf("before %s%nafter  %s%n", before, after);
            assertThat(after.handles()).isLessThanOrEqualTo(before.handles() + HANDLES_OF_SLACK);
            assertThat(after.connections()).isLessThanOrEqualTo(before.connections() + HANDLES_OF_SLACK);
            assertThat(after.heapBytes()).isLessThanOrEqualTo(before.heapBytes() + HEAP_OF_SLACK);
        });
    }

    private void comeAndLeave(int times) {
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < AT_A_TIME; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int n = next.getAndIncrement(); n < times; n = next.getAndIncrement()) {
                    comeAndLeaveOnce(n);
                    done.incrementAndGet();
                }
            }));
        }
        await().atMost(PATIENCE.multipliedBy(3)).until(() -> threads.stream().noneMatch(Thread::isAlive));
        assertThat(done).hasValue(times);
    }

    /** One of the ways to leave, in turn. */
    private void comeAndLeaveOnce(int n) {
        String session = sessions.get(n / 10 % SESSIONS);
        try (RawClient client = new RawClient(gateway.uri(), 0)) {
            switch (n % 10) {
                case 0 -> client.ask("/sessions/" + session + "/turns", saying("Hello " + n));
                case 1 -> {
                    client.ask("/sessions/" + session + "/turns", saying("Hello " + n));
                    assertThat(client.read(100)).startsWith("HTTP/1.1 ");
                }
                case 2 -> client.write("GET /api/v1/sess");
                case 3 -> client.write("POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
                case 4 -> client.vanish();
                case 5, 6, 7 -> {
                    client.ask(running, "");
                    assertThat(client.read(n % 2 == 0 ? 20 : 10_000)).startsWith("HTTP/1.1 200");
                    if (n % 3 == 0) {
                        client.vanish();
                    }
                }
                default -> {
                    client.ask(finished, "");
                    assertThat(client.read(n % 2 == 0 ? 20 : 10_000)).startsWith("HTTP/1.1 200");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
