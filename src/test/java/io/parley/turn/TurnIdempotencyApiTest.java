package io.parley.turn;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Quick;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A request under the same key is the same request. */
@QuarkusTest
@TestProfile(Quick.class)
class TurnIdempotencyApiTest extends TurnApi {
    private static final String[] KEY = { "Idempotency-Key", "\"key\"" };

    @Test
    void a_finished_turn_is_replayed() {
        Answer first = post(saying("one"), KEY);
        Answer second = post(saying("one"), KEY);
        assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(second.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.json()).isEqualTo(first.json());
        try (SseStream stream = client.stream(session, saying("one"), KEY)) {
            assertThat(stream.headers().firstValue("Idempotent-Replayed")).contains("true");
            assertThat(SseStream.text(stream.rest())).isEqualTo("Hello!");
        }
        assertThat(provider.calls()).hasSize(1);
        assertThat(history()).hasSize(2);
    }

    @Test
    void what_was_answered_once_is_answered_again_even_if_the_rules_have_changed() {
        String look = "{\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"mediaType\":\"image/png\",\"data\":\""
                + TurnInputApiTest.DOT + "\"}}]}";
        Gate gate = new Gate();
        provider.then(FakeReply.stream().waitFor(gate).text("A dot.").finish());
        String running = post(look, "Idempotency-Key", "key", "Prefer", "respond-async").at("/id");
        assertThat(client.send("PATCH", "/sessions/" + session, "{\"model\":\"blind\"}").status()).isEqualTo(200);
        Answer joined = post(look, "Idempotency-Key", "key", "Prefer", "respond-async");
        assertThat(joined.status()).isEqualTo(202);
        assertThat(joined.at("/id")).isEqualTo(running);
        gate.open();
        awaitOver(running);
        Answer again = post(look, KEY);
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(again.at("/id")).isEqualTo(running);
        assertThat(post(look).status()).as("without the key").isEqualTo(400);
        assertThat(post(look, "Idempotency-Key", "other").status()).as("under another key").isEqualTo(400);
        Answer reused = post(look.replace("\"}}]}", "\"}}],\"temperature\":0}"), KEY);
        assertThat(reused.at("/code")).as("another request").isEqualTo("idempotency-key-reused");
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void a_turn_that_failed_without_a_word_obeys_the_rules_of_today() {
        String look = "{\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"mediaType\":\"image/png\",\"data\":\""
                + TurnInputApiTest.DOT + "\"}}]}";
        provider.then(FakeReply.status(500).body("{}"));
        assertThat(post(look, KEY).status()).isEqualTo(502);
        assertThat(client.send("PATCH", "/sessions/" + session, "{\"model\":\"blind\"}").status()).isEqualTo(200);
        assertThat(post(look, KEY).status()).isEqualTo(400);
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void a_running_turn_is_joined_by_all_who_ask_at_once() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().waitFor(gate).text("Hello").finish());
        List<CompletableFuture<List<Event>>> asked = Stream.generate(
                () -> meanwhile(() -> rest(client.stream(session, saying("one"), KEY)))).limit(5).toList();
        gate.awaitReached();
        gate.open();
        List<Event> events = asked.getFirst().join();
        assertThat(SseStream.text(events)).isEqualTo("Hello");
        asked.forEach(other -> assertThat(other.join()).isEqualTo(events));
        assertThat(provider.calls()).hasSize(1);
        assertThat(history()).containsExactly("user: one", "assistant: Hello");
    }

    @Test
    void another_request_under_the_same_key_is_refused_even_while_the_first_one_runs() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().waitFor(gate).text("Hello").finish());
        String turn = post(saying("one"), "Idempotency-Key", "key", "Prefer", "respond-async").at("/id");
        Answer refused = post(saying("two"), KEY);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.at("/code")).isEqualTo("idempotency-key-reused");
        gate.open();
        awaitOver(turn);
        assertThat(post(saying("two"), KEY).status()).isEqualTo(422);
        String other = client.createSession(SESSION);
        assertThat(client.send("POST", "/sessions/" + other + "/turns", saying("two"), KEY).status()).isEqualTo(201);
    }

    @Test
    void a_turn_that_failed_without_a_word_runs_again_on_the_same_input() {
        provider.then(FakeReply.status(500).body("{}"), FakeReply.saying("Hello"));
        assertThat(post(saying("one"), KEY).status()).isEqualTo(502);
        Answer second = post(saying("one"), KEY);
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(history()).containsExactly("user: one", "assistant: Hello");
        assertThat(provider.calls()).hasSize(2);
        assertThat(post(saying("one"), KEY).json()).isEqualTo(second.json());
    }

    @Test
    void a_turn_that_failed_after_some_words_is_replayed_as_it_ended() {
        provider.then(FakeReply.stream().text("Half").end());
        Answer failed = post(saying("one"), KEY);
        Answer again = post(saying("one"), KEY);
        assertThat(failed.status()).isEqualTo(502);
        assertThat(again.status()).isEqualTo(502);
        assertThat(again.at("/turn")).isEqualTo(failed.at("/turn"));
        assertThat(again.at("/message")).isEqualTo(failed.at("/message")).isNotEmpty();
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void what_was_refused_before_it_opened_is_not_remembered() {
        assertThat(post("{}", KEY).status()).isEqualTo(409);
        assertThat(post(saying("one"), KEY).status()).isEqualTo(201);
    }
}
