package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.ChatClient;
import io.parley.testing.FakeCall;
import io.parley.testing.FakeProvider;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.parley.testing.Timing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A process dies, or stops in its tracks, in the middle of its turns: another replica does what is to be done. */
class CrashIT {
    private static final Duration LONGER_THAN_A_LEASE = Duration.ofSeconds(60);
    private static final FakeReply HALF = FakeReply.stream().text("Half a ").text("reply").waitFor(new Gate());
    private static RedisServer redis;
    private static FakeProvider provider;
    private static Gateway survivor;
    private static ChatClient here;
    /** What ran in the process that was killed. */
    private static Running left;
    private static Running forgotten;
    private static Running again;
    private static Running keyed;
    private static CompletableFuture<ChatClient.Answer> repeated;

    /** A turn of another process, and who follows it at this one. */
    private record Running(String session, String turn, CompletableFuture<List<Event>> followed) {

        JsonNode found() {
            return here.send("GET", "/sessions/" + session + "/turns/" + turn, null).json();
        }

        List<String> history() {
            return here.messages(session).stream()
                    .map(message -> message.get("role").asText() + ": " + message.at("/content/0/text").asText()).toList();
        }
    }

    @BeforeAll
    static void killOne() {
        redis = RedisServer.create();
        provider = FakeProvider.start();
        survivor = gateway();
        here = survivor.client();
        provider.then(HALF, HALF, HALF, FakeReply.stream().ping().waitFor(new Gate()));
        provider.always(FakeReply.saying("All ", "of it"));
        Gateway owner = gateway();
        left = begin(owner, "{\"content\":\"left\"}", true);
        forgotten = begin(owner, "{\"content\":\"forgotten\"}", false);
        again = begin(owner, "{\"content\":\"again\",\"onCrash\":\"restart\",\"stop\":[\"END\"],\"maxOutputTokens\":77}", true);
        keyed = begin(owner, "{\"content\":\"keyed\"}", false, "Idempotency-Key", "k");
        owner.kill();
        repeated = CompletableFuture.supplyAsync(CrashIT::repeat, task -> Thread.ofVirtual().start(task));
    }

    private static ChatClient.Answer repeat() {
        return here.send("POST", "/sessions/" + keyed.session() + "/turns", "{\"content\":\"keyed\"}", "Idempotency-Key",
                "k");
    }

    @AfterAll
    static void stop() {
        survivor.close();
        provider.close();
        redis.close();
    }

    private static Gateway gateway() {
        return Gateway.start(Timing.soon(Map.of("quarkus.redis.hosts", redis.url(), "parley.providers.openai.base-url",
                provider.openAiUrl().toString(), "parley.providers.openai.api-key", "sk-test")));
    }

    /** Begins a turn at a process, and waits until this one can read what it says. */
    private static Running begin(Gateway owner, String body, boolean followed, String... headers) {
        String session = here.createSession("{\"model\":\"gpt-4o-mini\"}");
        int calls = provider.calls().size();
        String[] all = Stream.concat(Stream.of("Prefer", "respond-async"), Stream.of(headers)).toArray(String[]::new);
        String turn = owner.client().send("POST", "/sessions/" + session + "/turns", body, all).at("/id");
        provider.awaitCalls(calls + 1);
        if (headers.length == 0) {
            await().until(() -> here.send("GET", "/sessions/" + session + "/turns/" + turn, null).at("/content/0/text"),
                    "Half a reply"::equals);
        }
        return new Running(session, turn, followed ? follow(session, turn) : null);
    }

    private static CompletableFuture<List<Event>> follow(String session, String turn) {
        return CompletableFuture.supplyAsync(() -> {
            try (SseStream stream = here.events(session, turn)) {
                return stream.rest();
            }
        }, task -> Thread.ofVirtual().start(task));
    }

    private static String key(String session) {
        return "parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session;
    }

    @Test
    void a_killed_process_leaves_an_interrupted_turn_with_all_that_its_log_holds_and_those_who_wait_are_told() {
        List<Event> events = left.followed().join();
        assertThat(events.getLast().name()).isEqualTo("failed");
        assertThat(events.getLast().json().get("state").asText()).isEqualTo("interrupted");
        assertThat(SseStream.text(events)).isEqualTo("Half a reply");
        assertThat(left.history()).containsExactly("user: left", "assistant: Half a reply");
        assertThat(here.say(left.session(), "two").status()).isEqualTo(201);
    }

    @Test
    void a_turn_of_a_killed_process_of_which_nobody_asks_is_found_and_ended() {
        await().atMost(LONGER_THAN_A_LEASE).until(() -> redis.command("HEXISTS " + key(forgotten.session()) + " run"),
                ":0"::equals);
        assertThat(forgotten.found().get("state").asText()).isEqualTo("interrupted");
        assertThat(forgotten.history()).containsExactly("user: forgotten", "assistant: Half a reply");
        String name = forgotten.session() + " " + forgotten.turn();
        await().until(() -> IntStream.range(0, 64)
                .allMatch(part -> redis.command("ZSCORE parley:{r:" + part + "} \"" + name + "\"").equals("$-1")));
    }

    @Test
    void a_turn_that_is_to_be_run_again_is_and_those_who_follow_see_it() {
        List<Event> events = again.followed().join();
        assertThat(events).extracting(Event::name).containsSubsequence("turn", "delta", "reset", "context", "delta", "done");
        assertThat(events.stream().filter(event -> event.name().equals("turn"))).hasSize(1);
        assertThat(events).extracting(Event::number).isSorted().doesNotHaveDuplicates();
        assertThat(SseStream.text(events)).isEqualTo("All of it");
        assertThat(again.found().get("state").asText()).isEqualTo("completed");
        assertThat(again.history()).containsExactly("user: again", "assistant: All of it");
        List<JsonNode> calls = provider.calls().stream().map(FakeCall::json)
                .filter(call -> call.at("/messages/0/content").asText().equals("again")).toList();
        assertThat(calls).hasSize(2);
        assertThat(calls.getLast()).isEqualTo(calls.getFirst());
        assertThat(calls.getLast().at("/stop/0").asText()).isEqualTo("END");
    }

    @Test
    void the_same_request_after_a_crash_is_one_turn_and_one_input() {
        assertThat(repeated.join().at("/turn")).isEqualTo(keyed.turn());
        assertThat(repeated.join().at("/code")).isEqualTo("interrupted");
        assertThat(repeat().at("/content/0/text")).isEqualTo("All of it");
        assertThat(keyed.history()).containsExactly("user: keyed", "assistant: All of it");
    }

    @Test
    void a_process_that_wakes_after_it_lost_its_turns_writes_and_shows_nothing() {
        // The turn that is run again asks the provider too, and would be given what this test has for its own turns.
        assertThat(again.followed().join()).isNotEmpty();
        Gate gate = new Gate();
        provider.then(HALF, FakeReply.stream().text("Half a reply").waitFor(gate).text(" and the rest").finish());
        try (Gateway owner = gateway()) {
            Running replaced = begin(owner, "{\"content\":\"one\"}", false);
            String session = here.createSession("{\"model\":\"gpt-4o-mini\"}");
            try (SseStream own = owner.client().stream(session, "{\"content\":\"one\"}")) {
                String turn = own.next("turn").json().get("turn").asText();
                Running lost = new Running(session, turn, null);
                await().until(() -> lost.found().at("/content/0/text").asText(), "Half a reply"::equals);
                owner.pause();
                takesThePlaceOf(replaced);
                await().atMost(LONGER_THAN_A_LEASE).until(() -> lost.found().get("state").asText(), "interrupted"::equals);
                int aborted = provider.aborted();
                gate.open();
                owner.resume();
                provider.awaitAborted(aborted + 1);
                List<Event> seen = own.rest();
                assertThat(seen.getLast().name()).isEqualTo("failed");
                assertThat(seen.getLast().json().get("state").asText()).isEqualTo("interrupted");
                assertThat(SseStream.text(seen)).isEqualTo("Half a reply");
                assertThat(seen).extracting(Event::number).isSorted().doesNotHaveDuplicates();
                assertThat(lost.history()).containsExactly("user: one", "assistant: Half a reply");
            }
            assertThat(owner.client().say(session, "two").status()).isEqualTo(201);
            assertThat(replaced.history()).containsExactly("user: one", "assistant: Half a reply", "user: two",
                    "assistant: All of it");
        }
    }

    /** An input that cancels does not wait for the lease of a process that does not answer. */
    private static void takesThePlaceOf(Running replaced) {
        assertThat(here.send("POST", "/sessions/" + replaced.session() + "/turns",
                "{\"content\":\"two\",\"ifRunning\":\"cancel\"}").at("/content/0/text")).isEqualTo("All of it");
        assertThat(replaced.found().get("state").asText()).isEqualTo("cancelled");
    }
}
