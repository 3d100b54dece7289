package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Quick;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Whoever was cut off goes on where it was. */
@QuarkusTest
@TestProfile(Quick.class)
class TurnResumeApiTest extends TurnApi {
    private static final String[] PIECES = { "a", " b", "\n", "語", "\uD83D\uDE42", "e\u0301", "\"", " " };

    private static FakeReply first() {
        FakeReply reply = FakeReply.stream();
        for (String piece : PIECES) {
            reply.text(piece);
        }
        return reply;
    }

    private List<Event> after(String turn, long id) {
        return rest(client.events(session, turn, "Last-Event-ID", Long.toString(id)));
    }

    private static String turnOf(List<Event> events) {
        return events.getFirst().json().get("turn").asText();
    }

    private static void assertRising(List<Event> events) {
        for (int i = 1; i < events.size(); i++) {
            assertThat(events.get(i).number()).isGreaterThan(events.get(i - 1).number());
        }
    }

    @Test
    void a_finished_turn_is_replayed_from_every_id() {
        provider.then(first().finish());
        List<Event> all = rest(stream("one"));
        String turn = turnOf(all);
        assertRising(all);
        assertThat(all.getFirst().number()).isPositive();
        assertThat(SseStream.text(all)).isEqualTo(String.join("", PIECES)).isEqualTo(turn(turn).at("/content/0/text"));
        assertThat(rest(client.events(session, turn))).isEqualTo(all);
        for (int i = 0; i < all.size() - 1; i++) {
            assertThat(after(turn, all.get(i).number())).isEqualTo(all.subList(i + 1, all.size()));
        }
        assertThat(client.send("GET", "/sessions/" + session + "/turns/" + turn + "/events?after=" + all.getLast().id(), null)
                .status()).isEqualTo(204);
    }

    @Test
    void a_running_turn_is_joined_at_every_id() {
        Gate gate = new Gate();
        provider.then(first().waitFor(gate).text("the rest").finish());
        try (SseStream stream = stream("one")) {
            List<Event> seen = new ArrayList<>(List.of(stream.next("turn")));
            while (!SseStream.text(seen).equals(String.join("", PIECES))) {
                seen.add(stream.next());
            }
            String turn = turnOf(seen);
            List<CompletableFuture<List<Event>>> resumed = new ArrayList<>();
            List<SseStream> open = seen.stream()
                    .map(event -> client.events(session, turn, "Last-Event-ID", event.id())).toList();
            open.forEach(other -> resumed.add(meanwhile(() -> rest(other))));
            gate.open();
            List<Event> all = new ArrayList<>(seen);
            all.addAll(stream.rest());
            assertRising(all);
            for (int i = 0; i < seen.size(); i++) {
                assertThat(resumed.get(i).join()).isEqualTo(all.subList(i + 1, all.size()));
            }
        }
    }

    @Test
    void the_header_wins_over_the_parameter_and_neither_may_be_nonsense() {
        provider.then(first().finish());
        List<Event> all = rest(stream("one"));
        String turn = turnOf(all);
        String events = "/sessions/" + session + "/turns/" + turn + "/events";
        assertThat(client.send("GET", events + "?after=3", null).body()).contains("id: 4\n").doesNotContain("id: 3\n");
        assertThat(client.send("GET", events + "?after=1", null, "Last-Event-ID", "3").body()).contains("id: 4\n")
                .doesNotContain("id: 3\n");
        for (String bad : List.of("-1", "x", "1.5", "01", "99999999999999999999")) {
            assertThat(client.send("GET", events + "?after=" + bad, null).status()).as(bad).isEqualTo(400);
            assertThat(client.send("GET", events, null, "Last-Event-ID", bad).status()).as(bad).isEqualTo(400);
        }
    }

    @Test
    void an_id_beyond_the_log_of_a_finished_turn_gets_the_text_and_the_end() {
        provider.then(first().finish());
        List<Event> all = rest(stream("one"));
        List<Event> got = after(turnOf(all), all.getLast().number() + 1);
        assertAnew(got, all.getLast());
    }

    @Test
    void an_id_beyond_the_log_of_a_running_turn_gets_the_text_so_far_and_then_the_rest() {
        Gate gate = new Gate();
        provider.then(first().waitFor(gate).text("the rest").finish());
        String turn = begin("one");
        await().until(() -> turn(turn).at("/content/0/text"), String.join("", PIECES)::equals);
        try (SseStream stream = client.events(session, turn, "Last-Event-ID", "5000000")) {
            Event reset = stream.next();
            assertThat(reset.name()).isEqualTo("reset");
            gate.open();
            List<Event> got = new ArrayList<>(List.of(reset));
            got.addAll(stream.rest());
            assertRising(got);
            assertThat(SseStream.text(got)).isEqualTo(turn(turn).at("/content/0/text"));
            assertThat(got.getLast().name()).isEqualTo("done");
        }
    }

    @Test
    void an_expired_log_gives_the_stored_text_and_the_end_once() {
        provider.then(first().finish());
        List<Event> all = rest(stream("one"));
        String turn = turnOf(all);
        String tag = session.substring(0, session.indexOf('.'));
        assertThat(redis.command("DEL parley:{" + tag + "}:" + session + ":e:" + turn)).isEqualTo(":1");
        for (long from : List.of(0L, 1L, all.getLast().number())) {
            List<Event> got = after(turn, from);
            assertAnew(got, all.getLast());
            assertThat(after(turn, got.getFirst().number())).isEqualTo(got.subList(1, 2));
            assertThat(client.send("GET", "/sessions/" + session + "/turns/" + turn + "/events", null, "Last-Event-ID",
                    got.getLast().id()).status()).isEqualTo(204);
        }
    }

    private static void assertAnew(List<Event> got, Event end) {
        assertThat(got).extracting(Event::name).containsExactly("reset", "done");
        assertRising(got);
        assertThat(SseStream.text(got)).isEqualTo(String.join("", PIECES));
        assertThat(got.getLast().data()).isEqualTo(end.data());
    }

    @Test
    void an_expired_log_of_a_failed_turn_ends_as_it_did() {
        provider.then(FakeReply.stream().text("Half").end(), FakeReply.status(400).body("{}"));
        for (String said : List.of("Half", "")) {
            List<Event> all = rest(stream("one"));
            redis.command("DEL parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session + ":e:" + turnOf(all));
            List<Event> got = after(turnOf(all), 0);
            assertThat(got).extracting(Event::name).containsExactly("reset", "failed");
            assertThat(SseStream.text(got)).isEqualTo(said);
            assertThat(got.getLast().data()).isEqualTo(all.getLast().data());
        }
    }

    @Test
    void the_events_of_another_session_or_of_no_turn_are_not_found() {
        String turn = turnOf(rest(stream("one")));
        String other = client.createSession(SESSION);
        assertThat(client.send("GET", "/sessions/" + other + "/turns/" + turn + "/events", null).status()).isEqualTo(404);
        assertThat(client.send("GET", "/sessions/" + session + "/turns/t" + "0".repeat(26) + "/events", null).status())
                .isEqualTo(404);
    }
}
