package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.EventLogStore;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Quick;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.parley.testing.Talk;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of an input that comes while another turn of its session runs. */
@QuarkusTest
@TestProfile(Quick.class)
class TurnTakingApiTest extends TurnApi {
    private static final int MOST_WAITERS = 8;
    @Inject
    EventLogStore logs;

    private static FakeReply upTo(Gate gate) {
        return FakeReply.stream().text("Half a ").text("reply").waitFor(gate).text(" and the rest").finish();
    }

    private static String saying(String text, String ifRunning) {
        return "{\"content\":\"" + text + "\",\"ifRunning\":\"" + ifRunning + "\"}";
    }

    @CanIgnoreReturnValue
    private String awaitHalf(String turn) {
        await().until(() -> turn(turn).at("/content/0/text"), "Half a reply"::equals);
        return turn;
    }

    private CompletableFuture<Answer> waiting(String text, int place) {
        CompletableFuture<Answer> answer = meanwhile(() -> post(saying(text, "wait")));
        await().until(() -> lineOf().length, length -> length == place || answer.isDone());
        return answer;
    }

    private String[] lineOf() {
        String tag = session.substring(0, session.indexOf('.'));
        int length = Integer.parseInt(redis.command("HSTRLEN parley:{" + tag + "}:" + session + " wait").substring(1));
        // <turn, 27>@<replica, 32>=<time, 13>, and a comma.
        return new String[(length + 1) / 75];
    }

    @Test
    void an_input_ends_the_running_turn_and_takes_its_place() {
        provider.then(upTo(new Gate()), FakeReply.saying("ok"));
        try (SseStream first = stream("one")) {
            String turn = awaitHalf(first.next("turn").json().get("turn").asText());
            assertThat(post(saying("two", "cancel")).at("/content/0/text")).isEqualTo("ok");
            provider.awaitAborted(1);
            Event done = first.next("done");
            assertThat(done.json().get("state").asText()).isEqualTo("cancelled");
            assertThat(turn(turn).at("/content/0/text")).isEqualTo("Half a reply");
        }
        assertThat(history()).containsExactly("user: one", "assistant: Half a reply", "user: two", "assistant: ok");
        assertThat(sent()).containsExactly("system: Be brief.", "user: one", "assistant: Half a reply", "user: two");
    }

    @Test
    void of_many_that_end_each_other_every_input_is_kept_and_one_answers_last() {
        provider.always(upTo(new Gate()));
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String text = "n" + i;
            answers.add(meanwhile(() -> post(saying(text, "cancel"), "Prefer", "respond-async")));
        }
        // 201, if its turn was over already when its answer was made.
        List<String> opened = answers.stream().map(CompletableFuture::join).filter(answer -> answer.status() != 409)
                .map(answer -> answer.at("/userMessage")).toList();
        assertThat(opened).isNotEmpty().doesNotHaveDuplicates();
        List<String> running = client.send("GET", "/sessions/" + session + "/turns?state=running", null).json().get("data")
                .valueStream().map(turn -> turn.get("id").asText()).toList();
        assertThat(running).hasSize(1);
        assertThat(cancel(running.getFirst()).at("/state")).isEqualTo("cancelled");
        assertThat(history().stream().filter(message -> message.startsWith("user"))).hasSize(opened.size());
    }

    @Test
    void a_request_that_cannot_be_opened_ends_no_turn() {
        Gate gate = new Gate();
        provider.then(upTo(gate));
        String turn = awaitHalf(begin("one"));
        Answer refused = post("{\"content\":\"x\",\"replaces\":\"m99\",\"ifRunning\":\"cancel\"}");
        assertThat(refused.status()).isEqualTo(404);
        gate.open();
        assertThat(awaitOver(turn).get("state").asText()).isEqualTo("completed");
    }

    @Test
    void results_that_leave_a_call_open_end_no_turn() {
        String call = "{\"type\":\"tool-call\",\"id\":\"%s\",\"name\":\"look\",\"arguments\":{}}";
        String result = "{\"type\":\"tool-result\",\"callId\":\"%s\",\"content\":\"found\"}";
        assertThat(client.send("POST", "/sessions/" + session + "/messages",
                "[{\"role\":\"user\",\"content\":\"Look.\"},"
                        + "{\"role\":\"assistant\",\"content\":[" + call.formatted("a") + "," + call.formatted("b") + "]},"
                        + "{\"role\":\"tool\",\"content\":[" + result.formatted("a") + "]}]")
                .status()).isEqualTo(201);
        Gate gate = new Gate();
        provider.then(FakeReply.stream().waitFor(gate).text("Well").finish(), FakeReply.saying("Both."));
        String running = post("{}", "Prefer", "respond-async").at("/id");
        provider.awaitCalls(1);
        Answer refused = post("{\"content\":[" + result.formatted("a") + "],\"ifRunning\":\"cancel\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/errors/0/detail")).endsWith("missing for b");
        assertThat(turn(running).at("/state")).isEqualTo("running");
        Answer taken = post(
                "{\"content\":[" + result.formatted("a") + "," + result.formatted("b") + "],\"ifRunning\":\"cancel\"}");
        assertThat(taken.at("/content/0/text")).isEqualTo("Both.");
        assertThat(turn(running).at("/state")).isEqualTo("cancelled");
    }

    @Test
    void calls_that_the_running_turn_makes_are_among_those_that_want_results() {
        session = client.createSession("{\"model\":\"claude-sonnet-5\"}");
        Gate gate = new Gate();
        provider.then(
                FakeReply.stream().toolCall("a", "look", "{}").toolCall("b", "look", "{}").text("So.").waitFor(gate)
                        .finish("tool_calls"));
        String running = post(
                "{\"content\":\"Look.\",\"tools\":[{\"name\":\"look\",\"parameters\":{\"type\":\"object\"}}]}", "Prefer",
                "respond-async").at("/id");
        await().until(() -> {
            StoredReply stored = new StoredReply(logs,
                    Talk.await(turnStore.find(new SessionId(session), new TurnId(running))));
            Talk.await(stored.read());
            return stored.content().size() == 3;
        });
        Answer refused = post("{\"content\":[{\"type\":\"tool-result\",\"callId\":\"a\",\"content\":\"found\"}],"
                + "\"ifRunning\":\"cancel\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/errors/0/detail")).endsWith("missing for b");
        assertThat(turn(running).at("/state")).isEqualTo("running");
        gate.open();
        assertThat(awaitOver(running).get("state").asText()).isEqualTo("completed");
    }

    @Test
    void inputs_wait_for_the_running_turn_and_come_in_the_order_of_their_coming() {
        Gate gate = new Gate();
        provider.then(upTo(gate), FakeReply.saying("b"), FakeReply.saying("c"), FakeReply.saying("d"));
        String turn = awaitHalf(begin("one"));
        List<CompletableFuture<Answer>> waiting = List.of(waiting("two", 1), waiting("three", 2), waiting("four", 3));
        assertThat(history()).containsExactly("user: one");
        gate.open();
        assertThat(waiting).allSatisfy(answer -> assertThat(answer.join().status()).isEqualTo(201));
        assertThat(history()).containsExactly("user: one", "assistant: Half a reply and the rest", "user: two",
                "assistant: b", "user: three", "assistant: c", "user: four", "assistant: d");
        assertThat(turn(turn).at("/state")).isEqualTo("completed");
        assertThat(lineOf()).isEmpty();
    }

    @Test
    void whoever_waits_because_the_session_says_so_comes_after_those_who_wait_already() {
        session = client.createSession("{\"model\":\"gpt-4o-mini\",\"ifRunning\":\"wait\"}");
        Gate gate = new Gate();
        provider.then(upTo(gate), FakeReply.saying("b"), FakeReply.saying("c"));
        awaitHalf(begin("one"));
        CompletableFuture<Answer> second = meanwhile(() -> post(ChatClient.saying("two")));
        await().until(() -> lineOf().length == 1);
        CompletableFuture<Answer> third = meanwhile(() -> post(ChatClient.saying("three")));
        await().until(() -> lineOf().length == 2);
        gate.open();
        assertThat(List.of(second.join().status(), third.join().status())).containsOnly(201);
        assertThat(history()).containsSubsequence("user: two", "assistant: b", "user: three", "assistant: c");
    }

    @Test
    void only_so_many_wait_in_one_session() {
        Gate gate = new Gate();
        provider.then(upTo(gate));
        String turn = awaitHalf(begin("one"));
        List<CompletableFuture<Answer>> waiting = new ArrayList<>();
        for (int place = 1; place <= MOST_WAITERS; place++) {
            waiting.add(waiting("n" + place, place));
        }
        Answer refused = post(saying("too many", "wait"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.at("/turn")).isEqualTo(turn);
        gate.open();
        assertThat(waiting).allSatisfy(answer -> assertThat(answer.join().status()).isEqualTo(201));
        assertThat(history()).hasSize(2 + 2 * MOST_WAITERS);
    }

    @Test
    void whoever_leaves_while_waiting_says_nothing_and_holds_up_nobody() {
        Gate gate = new Gate();
        provider.then(upTo(gate));
        String turn = awaitHalf(begin("one"));
        Thread leaving = Thread.ofVirtual().start(() -> {
            var unused = catchThrowable(() -> post(saying("gone", "wait")));
        });
        await().until(() -> lineOf().length == 1);
        leaving.interrupt();
        // Before its socket is closed nobody can know that it has gone.
        await().until(() -> lineOf().length == 0);
        CompletableFuture<Answer> next = waiting("two", 1);
        gate.open();
        assertThat(next.join().status()).isEqualTo(201);
        awaitOver(turn);
        assertThat(history()).containsExactly("user: one", "assistant: Half a reply and the rest", "user: two",
                "assistant: Hello!");
    }

    @Test
    void the_same_request_twice_in_line_is_one_turn() {
        Gate gate = new Gate();
        provider.then(upTo(gate));
        awaitHalf(begin("one"));
        CompletableFuture<Answer> first = meanwhile(() -> post(saying("two", "wait"), "Idempotency-Key", "k"));
        CompletableFuture<Answer> again = meanwhile(() -> post(saying("two", "wait"), "Idempotency-Key", "k"));
        await().until(() -> lineOf().length == 2);
        gate.open();
        assertThat(first.join().at("/id")).isEqualTo(again.join().at("/id"));
        assertThat(history()).hasSize(4);
        await().until(() -> lineOf().length == 0);
    }

    @Test
    void the_session_says_what_happens_where_the_request_does_not() {
        session = client.createSession("{\"model\":\"gpt-4o-mini\",\"ifRunning\":\"cancel\"}");
        provider.then(upTo(new Gate()), upTo(new Gate()), FakeReply.saying("ok"));
        awaitHalf(begin("one"));
        awaitHalf(begin("two"));
        assertThat(post(saying("three", "reject")).status()).isEqualTo(409);
        assertThat(post(ChatClient.saying("three")).at("/content/0/text")).isEqualTo("ok");
        assertThat(history()).containsExactly("user: one", "assistant: Half a reply", "user: two",
                "assistant: Half a reply", "user: three", "assistant: ok");
    }
}
