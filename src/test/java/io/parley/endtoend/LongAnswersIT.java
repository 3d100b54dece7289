package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.Gateway;
import io.parley.testing.Photo;
import io.parley.testing.RawClient;
import io.parley.testing.RedisServer;
import io.parley.testing.Size;
import io.parley.testing.Timing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Many clients ask for long answers at once from a process with 256 MB of memory, which exits when it has none left. Each
 * answer is sent, or refused with a time for the next attempt. A client that asks for a short answer is not delayed.
 */
class LongAnswersIT {
    private static final int AT_ONCE = Size.of(40, 100);
    private static final String LONG_TEXT = "x".repeat(1_000_000);
    private static RedisServer redis;
    private static Gateway gateway;
    private static ChatClient client;
    private static String small;

    @BeforeAll
    static void start() {
        redis = RedisServer.create("--appendfsync", "no");
        gateway = Gateway.start(Timing.patient(Map.of("quarkus.redis.hosts", redis.url(), "parley.owner-header", "X-Owner",
                "parley.simulator.first-token-delay", "0S", "parley.simulator.token-interval", "0S", "parley.sse.write-limit",
                "2S")));
        client = gateway.client();
        small = create("bystander", "{\"title\":\"small\"}");
        assertThat(append("bystander", small, "Hello").status()).isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        redis.close();
    }

    private static Answer send(String owner, String method, String path, String body) {
        return client.send(method, path, body, "X-Owner", owner);
    }

    private static String create(String owner, String settings) {
        Answer created = send(owner, "POST", "/sessions", settings);
        assertThat(created.status()).isEqualTo(201);
        return created.at("/id");
    }

    private static Answer append(String owner, String session, String text) {
        return send(owner, "POST", "/sessions/" + session + "/messages", "{\"role\":\"user\",\"content\":\"" + text + "\"}");
    }

    /**
     * Sends this number of requests at once while a bystander reads. Returns the answers; the test fails if one is an error.
     */
    @CanIgnoreReturnValue
    private static List<Answer> atOnce(int times, IntFunction<Answer> ask) {
        CompletableFuture<?> looking = new CompletableFuture<>();
        CompletableFuture<Void> bystander = CompletableFuture.runAsync(() -> {
            do {
                assertThat(gateway.health("ready").status()).isEqualTo(200);
                assertThat(send("bystander", "GET", "/sessions/" + small, null).status()).isEqualTo(200);
                assertThat(send("bystander", "GET", "/sessions/" + small + "/messages", null).status()).isEqualTo(200);
            } while (!looking.isDone());
        }, Thread::startVirtualThread);
        List<CompletableFuture<Answer>> asked = IntStream.range(0, times)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> ask.apply(i), Thread::startVirtualThread)).toList();
        List<Answer> answers = asked.stream().map(CompletableFuture::join).toList();
        looking.complete(null);
        bystander.join();
        assertThat(answers).allSatisfy(answer -> {
            if (answer.status() >= 400) {
                assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                assertThat(answer.at("/code")).isEqualTo("overloaded");
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            }
        });
        assertThat(answers).filteredOn(answer -> answer.status() < 400).isNotEmpty();
        return answers;
    }

    private static List<String> ids(Answer page) {
        return page.json().get("data").valueStream().map(item -> item.get("id").asText()).toList();
    }

    @Test
    void sixteen_lists_at_once_of_sessions_with_long_prompts_and_tools_are_all_given() {
        int sessions = Size.of(25, 100);
        String settings = "{\"systemPrompt\":\"" + "p".repeat(250_000)
                + "\",\"facts\":[\"f\"],\"tools\":[{\"name\":\"t\",\"parameters\":{\"a\":\"" + "t".repeat(250_000) + "\"}}]}";
        List<String> created = IntStream.range(0, sessions).mapToObj(_ -> create("writer", settings)).toList();

        List<Answer> lists = atOnce(16, _ -> send("writer", "GET", "/sessions?limit=100", null));

        assertThat(lists).allSatisfy(list -> {
            assertThat(list.status()).isEqualTo(200);
            assertThat(ids(list)).containsExactlyInAnyOrderElementsOf(created);
            assertThat(list.json().at("/data/0").properties()).extracting(Map.Entry::getKey)
                    .doesNotContain("systemPrompt", "facts", "tools").contains("title", "metadata", "messages");
            assertThat(list.body().length()).isLessThan(sessions * 1_000);
        });
        List<Answer> read = atOnce(AT_ONCE, i -> send("writer", "GET", "/sessions/" + created.get(i % sessions), null));
        assertThat(read.stream().filter(answer -> answer.status() == 200))
                .allSatisfy(answer -> assertThat(answer.at("/systemPrompt")).hasSize(250_000));
        atOnce(AT_ONCE, i -> send("writer", "PATCH", "/sessions/" + created.get(i % sessions), "{\"title\":\"x\"}"));
    }

    @Test
    void a_list_of_sessions_with_much_metadata_comes_in_pages_that_are_short_enough() {
        String settings = "{\"metadata\":{\"m\":\"" + "m".repeat(16_000) + "\"}}";
        List<String> created = IntStream.range(0, 80).mapToObj(_ -> create("keeper", settings)).toList();

        atOnce(16, _ -> send("keeper", "GET", "/sessions?limit=100", null));

        List<String> seen = new ArrayList<>();
        for (JsonNode page = null; page == null || page.get("hasMore").asBoolean();) {
            String after = page == null ? "" : "&after=" + page.get("after").asText();
            Answer answer = send("keeper", "GET", "/sessions?limit=100" + after, null);
            assertThat(answer.body().length()).isLessThan(1_200_000);
            page = answer.json();
            seen.addAll(ids(answer));
        }
        assertThat(seen).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(created);
    }

    @Test
    void many_pages_of_long_messages_at_once_leave_the_service_ready_and_quick() {
        String session = create("reader", "{}");
        for (int i = 0; i < 12; i++) {
            assertThat(append("reader", session, LONG_TEXT).status()).isEqualTo(201);
        }
        String path = "/sessions/" + session + "/messages";

        List<Answer> pages = atOnce(AT_ONCE, _ -> send("reader", "GET", path + "?limit=100", null));

        assertThat(pages.stream().filter(page -> page.status() == 200)).allSatisfy(page -> {
            assertThat(page.body().length()).isLessThan(1_200_000);
            assertThat(ids(page)).containsExactly("m12");
            assertThat(page.json().get("hasMore").asBoolean()).isTrue();
        });
        atOnce(AT_ONCE, i -> send("reader", "GET", path + "/m" + (i % 12 + 1), null));
        atOnce(AT_ONCE, _ -> send("reader", "GET", "/sessions/" + session + "/context", null));
    }

    @Test
    void many_pictures_at_once_are_sent_or_refused() {
        String picture = picture("painter", 1);

        atOnce(AT_ONCE, _ -> send("painter", "GET", picture, null));
    }

    /** Stores a picture and returns its path. */
    private static String picture(String owner, int seed) {
        Answer stored = send(owner, "POST", "/sessions/" + create(owner, "{}") + "/messages",
                "{\"role\":\"user\",\"content\":[" + Photo.block(seed) + "]}");
        assertThat(stored.status()).isEqualTo(201);
        return stored.at("/content/0/source/url").substring("/api/v1".length());
    }

    @Test
    void pages_of_turns_and_their_usage_are_short_enough_whatever_their_metadata() {
        String session = create("talker", "{\"model\":\"simulator\"}");
        String body = "{\"content\":\"Hello [words=1]\",\"metadata\":{\"m\":\"" + "m".repeat(16_000) + "\"}}";
        for (int i = 0; i < 70; i++) {
            assertThat(send("talker", "POST", "/sessions/" + session + "/turns", body).status()).isEqualTo(201);
        }
        for (String list : List.of("turns", "usage")) {
            List<Answer> pages = atOnce(16,
                    _ -> send("talker", "GET", "/sessions/" + session + "/" + list + "?limit=100", null));

            assertThat(pages.stream().filter(page -> page.status() == 200)).allSatisfy(page -> {
                assertThat(page.body().length()).isLessThan(1_200_000);
                assertThat(page.json().get("hasMore").asBoolean()).isTrue();
            });
        }
    }

    @Test
    void clients_that_ask_for_much_and_read_nothing_keep_others_from_it_only_for_a_while() throws IOException {
        String picture = picture("sleeper", 2);
        List<RawClient> asleep = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            RawClient sleeper = new RawClient(gateway.uri(), 4_096);
            sleeper.write("GET /api/v1" + picture + " HTTP/1.1\r\nHost: localhost\r\nX-Owner: sleeper\r\n\r\n");
            asleep.add(sleeper);
        }
        // The sleeping clients hold all the memory until the service closes their connections.
        await().until(() -> send("sleeper", "GET", picture, null).status() == 200);
        for (RawClient sleeper : asleep) {
            sleeper.close();
        }
    }
}
