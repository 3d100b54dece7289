package io.parley.api;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.ChatClient;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Quick;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a second tab is told of a session. */
@QuarkusTest
@TestProfile(Quick.class)
class SessionEventsApiTest {
    @TestHTTPResource("/")
    URI uri;
    FakeProvider provider;
    RedisServer redis;
    private ChatClient client;
    private String session;

    @BeforeEach
    void begin() {
        provider.reset();
        client = new ChatClient(uri);
        session = client.createSession("{\"model\":\"gpt-4o-mini\"}");
    }

    private SseStream feed(String... headers) {
        SseStream feed = client.feed(session, headers);
        assertThat(feed.status()).isEqualTo(200);
        return feed;
    }

    private String path(String rest) {
        return "/sessions/" + session + rest;
    }

    private static List<String> told(SseStream feed, int events) {
        return IntStream.range(0, events).mapToObj(_ -> feed.next()).map(SessionEventsApiTest::told).toList();
    }

    private static String told(Event event) {
        return event.name() + " " + event.data();
    }

    @Test
    void a_second_tab_is_told_of_everything_that_happens() {
        try (SseStream feed = feed()) {
            String turn = client.say(session, "one").at("/id");
            assertThat(client.send("PATCH", path("/messages/m1"), "{\"content\":\"two\"}").status()).isEqualTo(200);
            assertThat(client.send("PATCH", path(""), "{\"title\":\"T\"}").status()).isEqualTo(200);
            assertThat(client.send("POST", path("/messages"), "{\"role\":\"user\",\"content\":\"x\"}").status()).isEqualTo(201);
            assertThat(client.send("DELETE", path("/messages/m3"), null).status()).isEqualTo(204);
            assertThat(told(feed, 6)).containsExactly(
                    "turn-started {\"turn\":\"" + turn + "\",\"userMessage\":\"m1\"}",
                    "turn-ended {\"turn\":\"" + turn + "\",\"state\":\"completed\",\"message\":\"m2\"}",
                    "message-changed {\"message\":\"m1\",\"change\":\"edited\"}",
                    "session-changed {}",
                    "message-changed {\"message\":\"m3\",\"change\":\"added\"}",
                    "message-changed {\"message\":\"m3\",\"change\":\"removed\"}");
        }
    }

    @Test
    void a_turn_is_told_while_it_runs_and_one_without_a_word_has_no_message() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().ping().waitFor(gate));
        try (SseStream feed = feed()) {
            String turn = client.send("POST", path("/turns"), saying("one"), "Prefer", "respond-async").at("/id");
            assertThat(told(feed.next())).isEqualTo("turn-started {\"turn\":\"" + turn + "\",\"userMessage\":\"m1\"}");
            assertThat(client.send("POST", path("/turns/" + turn + "/cancel"), null).status()).isEqualTo(200);
            assertThat(told(feed.next()))
                    .isEqualTo("turn-ended {\"turn\":\"" + turn + "\",\"state\":\"cancelled\",\"message\":null}");
        }
    }

    @Test
    void whoever_comes_back_gets_each_event_once_and_in_order_at_every_id() {
        try (SseStream feed = feed()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.say(session, "n" + i).status()).isEqualTo(201);
            }
            List<Event> all = IntStream.range(0, 10).mapToObj(_ -> feed.next()).toList();
            assertThat(all).extracting(Event::number).isEqualTo(IntStream.range(0, 10)
                    .mapToObj(i -> all.getFirst().number() + i).toList());
            for (int i = 0; i < 9; i++) {
                try (SseStream again = feed("Last-Event-ID", all.get(i).id())) {
                    List<Event> rest = IntStream.range(i + 1, 10).mapToObj(_ -> again.next()).toList();
                    assertThat(rest).isEqualTo(all.subList(i + 1, 10));
                }
            }
        }
    }

    @Test
    void more_than_is_kept_and_an_id_that_never_was_are_told_as_missed() {
        String first;
        try (SseStream feed = feed()) {
            assertThat(client.say(session, "one").status()).isEqualTo(201);
            first = feed.next().id();
        }
        for (int i = 0; i < 70; i++) {
            assertThat(client.send("PATCH", path(""), "{\"title\":\"T" + i + "\"}").status()).isEqualTo(200);
        }
        for (String id : List.of(first, "999999")) {
            try (SseStream again = feed("Last-Event-ID", id)) {
                assertThat(told(again.next())).isEqualTo("reset {}");
                assertThat(client.send("PATCH", path(""), "{\"title\":\"" + id + "\"}").status()).isEqualTo(200);
                assertThat(told(again.next())).isEqualTo("session-changed {}");
            }
        }
    }

    @Test
    void what_happened_while_nobody_noted_it_is_told_as_missed() {
        String last;
        try (SseStream feed = feed()) {
            assertThat(client.say(session, "one").status()).isEqualTo(201);
            last = told(feed, 1).isEmpty() ? "" : feed.next().id();
        }
        String key = "parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session;
        redis.command("HSET " + key + " feed 0");
        assertThat(client.say(session, "two").status()).isEqualTo(201);
        try (SseStream again = feed("Last-Event-ID", last)) {
            assertThat(told(again.next())).isEqualTo("reset {}");
        }
    }

    @Test
    void a_session_that_is_deleted_ends_its_feed() {
        try (SseStream feed = feed()) {
            assertThat(client.send("DELETE", path(""), null).status()).isEqualTo(204);
            assertThat(told(feed.next())).isEqualTo("session-changed {\"deleted\":true}");
            assertThat(feed.next()).isNull();
        }
        assertThat(client.feed(session).status()).isEqualTo(404);
    }

    @Test
    void nobody_else_is_told_and_what_is_asked_must_make_sense() {
        assertThat(client.feed("a.b").status()).isEqualTo(404);
        assertThat(client.feed(session, "Last-Event-ID", "x").status()).isEqualTo(400);
        assertThat(client.send("GET", path("/events"), null, "Accept", "application/json").status()).isEqualTo(406);
    }

    @Test
    void a_session_to_which_nobody_listens_keeps_no_events() {
        assertThat(client.say(session, "one").status()).isEqualTo(201);
        String key = "parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session;
        assertThat(redis.command("HEXISTS " + key + " f:1")).isEqualTo(":0");
    }
}
