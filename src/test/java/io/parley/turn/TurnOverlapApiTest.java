package io.parley.turn;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.session.SessionStore;
import io.parley.stream.EventLogStore;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.Commands;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Quick;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.parley.testing.Talk;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What happens beside a running turn, and how it is stopped. */
@QuarkusTest
@TestProfile(Quick.class)
class TurnOverlapApiTest extends TurnApi {
    @Inject
    SessionStore sessions;
    @Inject
    Turns turns;
    @Inject
    EventLogStore logs;

    private static FakeReply upTo(Gate gate) {
        return FakeReply.stream().text("Half a ").text("reply").waitFor(gate).text(" and the rest").finish();
    }

    @CanIgnoreReturnValue
    private String awaitText(String turn, String text) {
        await().until(() -> turn(turn).at("/content/0/text"), text::equals);
        return turn;
    }

    @Test
    void a_second_turn_is_refused_with_the_id_of_the_first() {
        Gate gate = new Gate();
        provider.then(upTo(gate));
        String turn = begin("one");
        Answer refused = post(saying("two"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.at("/code")).isEqualTo("turn-running");
        assertThat(refused.at("/turn")).isEqualTo(turn);
        gate.open();
        awaitOver(turn);
        assertThat(history()).containsExactly("user: one", "assistant: Half a reply and the rest");
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void messages_cannot_be_changed_while_a_turn_runs_and_settings_hold_from_the_next_one() {
        Gate gate = new Gate();
        provider.then(upTo(gate), FakeReply.saying("ok"));
        String turn = begin("one");
        String message = "/sessions/" + session + "/messages/" + turn(turn).at("/userMessage");
        provider.awaitCalls(1);
        for (Answer refused : List.of(client.send("PATCH", message, "{\"content\":\"x\"}"),
                client.send("DELETE", message, null),
                client.send("POST", "/sessions/" + session + "/messages", "{\"role\":\"user\",\"content\":\"x\"}"))) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.at("/turn")).isEqualTo(turn);
        }
        assertThat(client.send("PATCH", "/sessions/" + session, "{\"systemPrompt\":\"Be long.\"}").status()).isEqualTo(200);
        gate.open();
        awaitOver(turn);
        assertThat(sent()).startsWith("system: Be brief.");
        assertThat(post(saying("two")).status()).isEqualTo(201);
        assertThat(sent()).startsWith("system: Be long.");
    }

    @Test
    void a_turn_that_is_cancelled_before_the_provider_answers_says_nothing() {
        provider.then(FakeReply.silence());
        String turn = begin("one");
        provider.awaitCalls(1);
        Answer cancelled = cancel(turn);
        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.at("/state")).isEqualTo("cancelled");
        assertThat(cancelled.json().get("message").isNull()).isTrue();
        provider.awaitAborted(1);
        assertThat(history()).containsExactly("user: one");
    }

    @Test
    void a_turn_that_is_cancelled_before_the_first_word_says_nothing() {
        provider.then(FakeReply.stream().ping().hang());
        String turn = begin("one");
        provider.awaitCalls(1);
        assertThat(cancel(turn).at("/finishReason")).isEqualTo("cancelled");
        provider.awaitAborted(1);
        assertThat(history()).containsExactly("user: one");
    }

    @Test
    void what_was_said_before_a_turn_was_cancelled_is_its_reply() {
        provider.then(upTo(new Gate()));
        try (SseStream stream = stream("one")) {
            String turn = stream.next("turn").json().get("turn").asText();
            awaitText(turn, "Half a reply");
            Answer cancelled = cancel(turn);
            assertThat(cancelled.at("/state")).isEqualTo("cancelled");
            assertThat(cancelled.at("/content/0/text")).isEqualTo("Half a reply");
            provider.awaitAborted(1);
            Event done = stream.next("done");
            assertThat(done.json().get("state").asText()).isEqualTo("cancelled");
            assertThat(done.json().at("/usage/estimated").asBoolean()).isTrue();
            assertThat(message(done.json().get("message").asText()).at("/status")).isEqualTo("cancelled");
            Answer again = cancel(turn);
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.json()).isEqualTo(cancelled.json());
        }
        provider.then(FakeReply.saying("ok"));
        assertThat(post(saying("two")).status()).isEqualTo(201);
        assertThat(sent()).containsExactly("system: Be brief.", "user: one", "assistant: Half a reply", "user: two");
    }

    @Test
    void cancelling_a_turn_that_is_over_changes_nothing_and_one_that_never_was_is_not_found() {
        String turn = post(saying("one")).at("/id");
        Answer cancelled = cancel(turn);
        assertThat(cancelled.status()).isEqualTo(200);
        assertThat(cancelled.at("/state")).isEqualTo("completed");
        assertThat(cancelled.at("/content/0/text")).isEqualTo("Hello!");
        assertThat(cancel("t" + "0".repeat(26)).status()).isEqualTo(404);
        String other = client.createSession(SESSION);
        assertThat(client.send("POST", "/sessions/" + other + "/turns/" + turn + "/cancel", null).status()).isEqualTo(404);
    }

    @Test
    void many_cancellations_at_once_have_one_result() {
        provider.then(upTo(new Gate()));
        String turn = awaitText(begin("one"), "Half a reply");
        List<CompletableFuture<Answer>> answers = List.of(meanwhile(() -> cancel(turn)), meanwhile(() -> cancel(turn)),
                meanwhile(() -> cancel(turn)));
        assertThat(answers).extracting(answer -> answer.join().at("/state")).containsOnly("cancelled");
        assertThat(history()).containsExactly("user: one", "assistant: Half a reply");
    }

    @Test
    void a_turn_goes_on_when_its_client_leaves() {
        Gate gate = new Gate();
        provider.then(upTo(gate));
        String turn;
        try (SseStream stream = stream("one")) {
            turn = stream.next("turn").json().get("turn").asText();
            gate.awaitReached();
        }
        gate.open();
        assertThat(awaitOver(turn).get("state").asText()).isEqualTo("completed");
        assertThat(history()).containsExactly("user: one", "assistant: Half a reply and the rest");
        assertThat(provider.aborted()).isZero();
    }

    @Test
    void a_turn_that_is_to_end_with_its_last_client_is_cancelled_a_while_after_it() {
        provider.then(upTo(new Gate()));
        String turn;
        try (SseStream one = client.stream(session, "{\"content\":\"one\",\"onDisconnect\":\"cancel\"}")) {
            turn = one.next("turn").json().get("turn").asText();
            try (SseStream two = client.events(session, turn)) {
                assertThat(two.next("delta")).isNotNull();
            }
            awaitText(turn, "Half a reply");
        }
        provider.awaitAborted(1);
        assertThat(awaitOver(turn).get("state").asText()).isEqualTo("cancelled");
        assertThat(history()).containsExactly("user: one", "assistant: Half a reply");
    }

    @Test
    void a_turn_runs_though_its_client_left_while_it_was_being_opened() {
        provider.then(FakeReply.saying("Hello"), FakeReply.silence());
        leaveAtOnce("one", OnDisconnect.CONTINUE);
        await().untilAsserted(() -> assertThat(history()).containsExactly("user: one", "assistant: Hello"));
        leaveAtOnce("two", OnDisconnect.CANCEL);
        provider.awaitAborted(1);
        String turn = client.send("GET", "/sessions/" + session + "/turns", null).at("/data/0/id");
        assertThat(awaitOver(turn).get("state").asText()).isEqualTo("cancelled");
    }

    private void leaveAtOnce(String text, OnDisconnect onDisconnect) {
        turns.start(Commands.saying(Owner.LOCAL, new SessionId(session), text, onDisconnect), () -> {
        })
                .subscribe().with(_ -> {
                }).cancel();
    }

    @Test
    void all_who_listen_hear_the_same_from_one_call() {
        Gate gate = new Gate();
        provider.then(upTo(gate));
        try (SseStream first = stream("one")) {
            Event opened = first.next("turn");
            String turn = opened.json().get("turn").asText();
            List<CompletableFuture<List<Event>>> others = List.of(meanwhile(() -> rest(client.events(session, turn))),
                    meanwhile(() -> rest(client.events(session, turn))), meanwhile(() -> rest(client.events(session, turn))));
            gate.awaitReached();
            gate.open();
            List<Event> heard = first.rest();
            for (CompletableFuture<List<Event>> other : others) {
                assertThat(other.join().getFirst()).isEqualTo(opened);
                assertThat(other.join()).endsWith(heard.toArray(Event[]::new));
            }
        }
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void one_who_does_not_read_holds_up_nobody() {
        FakeReply reply = FakeReply.stream();
        String piece = "x".repeat(10_000);
        for (int i = 0; i < 300; i++) {
            reply.text(piece);
        }
        provider.then(reply.finish());
        try (SseStream stalled = stream("one")) {
            String turn = stalled.next("turn").json().get("turn").asText();
            assertThat(awaitOver(turn).get("state").asText()).isEqualTo("completed");
            assertThat(turn(turn).at("/content/0/text")).hasSize(3_000_000);
            assertThat(SseStream.text(stalled.rest())).hasSize(3_000_000);
        }
    }

    @Test
    void a_turn_that_another_process_takes_over_goes_on_as_that_one_says() {
        session = client.createSession("{\"model\":\"claude-haiku-4-5\"}");
        provider.then(FakeReply.stream().thinking("hm").text("Half ").toolCall("c1", "weather", "{}").text("a reply")
                .waitFor(new Gate()), FakeReply.saying("ok"));
        try (SseStream stream = stream("one")) {
            String turn = stream.next("turn").json().get("turn").asText();
            await().until(() -> Talk.await(logs.read(new SessionId(session), new TurnId(turn), 0)).events(),
                    events -> events.toString().contains("a reply"));
            settleByAnotherProcess(turn);
            assertThat(post(saying("two")).status()).isEqualTo(201);
            List<Event> rest = stream.rest();
            assertThat(rest.getLast().name()).isEqualTo("failed");
            assertThat(rest.getLast().json().get("state").asText()).isEqualTo("interrupted");
            assertThat(SseStream.text(rest)).isEqualTo("Half a reply");
            assertThat(rest).extracting(Event::number).isSorted().doesNotHaveDuplicates();
            Answer kept = message(rest.getLast().json().get("message").asText());
            assertThat(kept.at("/status")).isEqualTo("interrupted");
            assertThat(kept.json().get("content")).extracting(block -> block.get("type").asText())
                    .containsExactly("text", "tool-call", "text");
            provider.awaitAborted(1);
        }
        assertThat(client.messages(session)).hasSize(4);
    }

    private String key() {
        return "parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session;
    }

    @Test
    void a_session_that_is_erased_ends_its_turn_first_and_leaves_nothing() {
        provider.then(upTo(new Gate()));
        try (SseStream stream = stream("one")) {
            String turn = stream.next("turn").json().get("turn").asText();
            awaitText(turn, "Half a reply");
            assertThat(client.send("DELETE", "/sessions/" + session, null).status()).isEqualTo(204);
            provider.awaitAborted(1);
            assertThat(stream.rest().getLast().name()).isEqualTo("done");
        }
        assertNothingIsLeft();
    }

    @Test
    void a_turn_whose_session_vanishes_says_so_and_brings_nothing_back() {
        Gate gate = new Gate();
        provider.then(upTo(gate));
        try (SseStream stream = stream("one")) {
            awaitText(stream.next("turn").json().get("turn").asText(), "Half a reply");
            Talk.await(sessions.erase(Owner.LOCAL, new SessionId(session), null));
            gate.open();
            Event failed = stream.next("failed");
            assertThat(failed.json().at("/problem/code").asText()).isEqualTo("session-not-found");
            assertThat(failed.json().get("saved").asBoolean()).isFalse();
        }
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        assertThat(redis.command("KEYS *" + session.substring(0, session.indexOf('.')) + "*")).isEqualTo("*0");
        assertThat(client.send("GET", "/sessions/" + session, null).status()).isEqualTo(404);
    }
}
