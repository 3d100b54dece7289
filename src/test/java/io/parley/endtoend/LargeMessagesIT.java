package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.Gateway;
import io.parley.testing.Photo;
import io.parley.testing.RawClient;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import io.parley.testing.Timing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A process with little memory, which ends when it has none left, as the image's does, and messages of 29 MB. It is a simulated
 * model that answers, slowly, so that the replies of all tests run until the end.
 */
class LargeMessagesIT {
    /** As little as one such message that comes in and another one that goes out need at the same time, and the rest. */
    private static final List<String> LITTLE = List.of("-Xmx384m", "-XX:+ExitOnOutOfMemoryError");
    private static final int PICTURES = 5;
    private static final String MANY = IntStream.range(0, PICTURES).mapToObj(Photo::block).collect(Collectors.joining(","));
    private static final String LARGE = "{\"content\":[{\"type\":\"text\",\"text\":\"What is in these pictures?\"}," + MANY
            + "]}";
    private static final String SLOW = "{\"model\":\"simulator\"}";
    private static RedisServer redis;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        redis = RedisServer.create();
        gateway = Gateway.start(LITTLE, Timing.patient(Timing.soon(Map.of("quarkus.redis.hosts", redis.url(),
                "parley.simulator.first-token-delay", "0S", "parley.simulator.token-interval", "2S", "parley.limits.upload",
                "3S"))));
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            // Kill the service, because its slow replies need not come to their end.
            gateway.kill();
        }
        redis.close();
    }

    private static ChatClient client() {
        return gateway.client();
    }

    @Test
    void a_reply_that_runs_keeps_nothing_of_the_pictures_that_it_is_about() {
        List<SseStream> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            SseStream stream = client().stream(client().createSession(SLOW), LARGE);
            assertThat(stream.next("delta").data()).isNotEmpty();
            running.add(stream);
        }
        running.forEach(SseStream::close);
    }

    @Test
    void of_many_at_once_each_is_answered_or_told_to_come_again_and_then_nothing_of_it_is_stored() {
        List<CompletableFuture<Boolean>> asked = IntStream.range(0, 6)
                .mapToObj(_ -> CompletableFuture.supplyAsync(LargeMessagesIT::isAnswered, Thread::startVirtualThread)).toList();

        assertThat(asked.stream().filter(CompletableFuture::join).count()).isPositive();
    }

    private static boolean isAnswered() {
        String session = client().createSession(SLOW);
        try (SseStream stream = client().stream(session, LARGE)) {
            if (stream.status() == 200) {
                assertThat(stream.next("delta").data()).isNotEmpty();
                return true;
            }
            assertThat(stream.status()).isEqualTo(503);
            assertThat(ChatClient.parse(stream.body()).get("code").asText()).isEqualTo("overloaded");
            assertThat(client().messages(session)).isEmpty();
            return false;
        }
    }

    @Test
    void turns_about_pictures_that_were_stored_before_wait_for_each_other() {
        List<String> sessions = IntStream.range(0, 4).mapToObj(_ -> client().createSession(SLOW)).toList();
        for (String session : sessions) {
            assertThat(client().send("POST", "/sessions/" + session + "/messages", "{\"role\":\"user\"," + LARGE.substring(1))
                    .status()).isEqualTo(201);
        }
        List<CompletableFuture<String>> asked = sessions.stream()
                .map(session -> CompletableFuture.supplyAsync(() -> firstWord(session), Thread::startVirtualThread)).toList();

        assertThat(asked).allSatisfy(answer -> assertThat(answer.join()).isNotEmpty());
    }

    private static String firstWord(String session) {
        try (SseStream stream = client().stream(session, ChatClient.saying("What was in the pictures?"))) {
            return stream.next("delta").data();
        }
    }

    @Test
    void pictures_that_are_named_again_and_again_are_more_than_a_call_may_have_and_older_ones_are_left_out() {
        String session = client().createSession(SLOW);
        String known = stored(session, 20);
        for (int i = 0; i < 8; i++) {
            assertThat(append(session, known).status()).isEqualTo(201);
        }

        assertThat(firstWord(session)).isNotEmpty();
    }

    @Test
    void who_leaves_while_a_large_message_waits_for_its_turn_holds_its_room_until_it_is_given_up() throws IOException {
        String session = client().createSession(SLOW);
        String running = client().send("POST", "/sessions/" + session + "/turns", ChatClient.saying("one"), "Prefer",
                "respond-async").at("/id");
        try (RawClient waiting = new RawClient(gateway.uri(), 0)) {
            waiting.ask("/sessions/" + session + "/turns", "{\"ifRunning\":\"wait\"," + LARGE.substring(1));
            await().until(() -> isInLine(session));
            assertThat(isTaken()).isFalse();
            waiting.vanish();
        }
        await().until(() -> {
            boolean isInLine = isInLine(session);
            boolean isTaken = isTaken();
            assertThat(isTaken && isInLine && isInLine(session)).as("taken while the other one is in line").isFalse();
            return isTaken;
        });

        assertThat(client().send("POST", "/sessions/" + session + "/turns/" + running + "/cancel", null).status())
                .isEqualTo(200);
        await().until(() -> append(client().createSession(SLOW), MANY).status() == 201);
        assertThat(client().messages(session)).hasSizeLessThanOrEqualTo(2);
    }

    private static boolean isInLine(String session) {
        String key = "parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session;
        return !redis.command("HSTRLEN " + key + " wait").equals(":0");
    }

    /** Returns whether the service accepts a picture. Only a large message takes so much memory that it does not. */
    private static boolean isTaken() {
        return append(client().createSession(SLOW), Photo.block(0)).status() == 201;
    }

    @Test
    void who_begins_to_send_much_and_stops_holds_up_others_only_for_a_while() throws IOException {
        String path = "/api/v1/sessions/" + client().createSession(SLOW) + "/turns";
        try (RawClient stalled = new RawClient(gateway.uri(), 0)) {
            stalled.write("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                    + LARGE.length() + "\r\n\r\n" + LARGE.substring(0, LARGE.length() / 2));
            await().until(() -> append(client().createSession(SLOW), MANY).status() == 503);
            // What is short is taken all the same.
            assertThat(append(client().createSession(SLOW), "{\"type\":\"text\",\"text\":\"one\"}").status()).isEqualTo(201);

            assertThat(stalled.read(1_000)).startsWith("HTTP/1.1 400").contains("in time");
            assertThat(append(client().createSession(SLOW), MANY).status()).isEqualTo(201);
        }
    }

    @Test
    void a_message_may_name_no_more_stored_pictures_than_it_could_hold() {
        String session = client().createSession(SLOW);
        String known = stored(session, 10) + "," + stored(session, 11);

        Answer refused = append(session, known + "," + known);

        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.at("/detail")).contains("images that it names");
        assertThat(append(session, stored(session, 10)).status()).isEqualTo(201);
        assertThat(client().messages(session)).hasSize(2 + 2);
    }

    @Test
    void a_request_gives_its_room_back_before_its_answer_is_sent() throws IOException {
        String text = "{\"role\":\"user\",\"content\":\"" + "word ".repeat(200_000) + "\"}";
        String texts = "[" + String.join(",", Collections.nCopies(17, text)) + "]";
        String session = "/sessions/" + client().createSession(SLOW);
        String other = "/sessions/" + client().createSession(SLOW) + "/messages";
        try (RawClient asleep = new RawClient(gateway.uri(), 4_096)) {
            asleep.write(
                    "POST /api/v1" + session + "/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: " + texts.length() + "\r\n\r\n" + texts);
            await().until(() -> client().send("GET", session, null).at("/messages").equals("17"));

            // This is less than the time after which the service disconnects the sleeping client.
            await().atMost(Duration.ofSeconds(40)).until(() -> client().send("POST", other, texts).status() == 201);
        }
    }

    /** Stores a message of some pictures; how to name them again. */
    private static String stored(String session, int seed) {
        Answer appended = append(session,
                IntStream.range(0, PICTURES - 2).mapToObj(i -> Photo.block(seed * PICTURES + i))
                        .collect(Collectors.joining(",")));
        assertThat(appended.status()).isEqualTo(201);
        return appended.json().get("content").valueStream().map(Object::toString).collect(Collectors.joining(","));
    }

    private static Answer append(String session, String blocks) {
        return client().send("POST", "/sessions/" + session + "/messages", "{\"role\":\"user\",\"content\":[" + blocks + "]}");
    }
}
