package io.parley.turn;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.conversation.Owner;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.conversation.TurnId;
import io.parley.session.SessionStore;
import io.parley.stream.EventLogStore;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeCall;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.parley.testing.Talk;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model that fails before it has said anything is replaced by the session's next one, and the user gets a reply. */
@QuarkusTest
@TestProfile(ProviderFaultsApiTest.Impatient.class)
class FailoverApiTest extends TurnApi {
    private static final String GPT = "gpt-4o-mini";
    private static final String CLAUDE = "claude-haiku-4-5";

    @Inject
    SessionStore sessions;
    @Inject
    EventLogStore logs;

    @BeforeEach
    void nameAFallback() {
        session = client.createSession(settings(GPT, CLAUDE));
    }

    private static String settings(String model, String... fallbacks) {
        return "{\"model\":\"%s\",\"fallbacks\":[%s],\"systemPrompt\":\"Be brief.\"}".formatted(model,
                String.join(",", List.of(fallbacks).stream().map("\"%s\""::formatted).toList()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | {}
            401 | {}
            402 | {}
            403 | {}
            404 | {}
            429 | {}
            429 | {"error":{"code":"insufficient_quota"}}
            500 | {}
            502 | <html>
            503 | {}
            400 | {"error":{"code":"context_length_exceeded"}}
            """)
    void the_next_model_answers_where_one_refuses_and_the_turn_says_which_it_was(int status, String body) {
        provider.then(FakeReply.status(status).body(body), FakeReply.saying("Good ", "day"));
        List<Event> events = rest(stream("Hello"));
        assertThat(events).extracting(Event::name).containsExactly("turn", "context", "context", "delta", "delta", "done");
        assertThat(events.get(0).json().get("model").asText()).isEqualTo(GPT);
        assertThat(events.get(1).json().get("model").asText()).isEqualTo(GPT);
        assertThat(events.get(2).json().get("model").asText()).isEqualTo(CLAUDE);
        assertThat(turn(events.getFirst().json().get("turn").asText()).at("/model")).isEqualTo(CLAUDE);
        assertThat(message(events.getLast().json().get("message").asText()).at("/model")).isEqualTo(CLAUDE);
        assertThat(history()).containsExactly("user: Hello", "assistant: Good day");
        assertThat(provider.calls()).extracting(FakeCall::path).containsExactly("/v1/chat/completions", "/v1/messages");
    }

    @Test
    void so_it_does_where_one_is_silent_says_nonsense_breaks_off_or_cannot_be_reached() {
        Gate gate = new Gate();
        gate.open();
        for (FakeReply bad : List.of(FakeReply.silence(), FakeReply.status(200).header("content-type", "text/html").body("<p>"),
                FakeReply.stream().end(), FakeReply.stream().waitFor(gate).reset(), FakeReply.stream().error("server_error"))) {
            provider.reset();
            provider.then(bad, FakeReply.saying("Here."));
            assertThat(post(saying("Hello")).at("/model")).isEqualTo(CLAUDE);
        }
        session = client.createSession(settings("unreachable-model", CLAUDE));
        assertThat(post(saying("Hello")).at("/model")).isEqualTo(CLAUDE);
    }

    @Test
    void what_both_have_used_counts_each_at_its_own_price() {
        session = client.createSession(settings(CLAUDE, GPT));
        provider.then(FakeReply.stream().thinking("").error("overloaded_error"), FakeReply.saying("Hi").usage(20, 0, 3));
        Answer turn = post(saying("Hello"));
        assertThat(turn.at("/model")).isEqualTo(GPT);
        assertThat(turn.json().at("/usage/inputTokens").asInt()).isEqualTo(10 + 20);
        assertThat(turn.json().at("/usage/outputTokens").asInt()).isEqualTo(1 + 3);
        assertThat(turn.json().at("/usage/estimated").asBoolean()).isFalse();
        assertThat(turn.at("/cost/amount")).as("10 x 1 + 1 x 5, and 20 x 0.15 + 3 x 0.60").isEqualTo("0.0000198");
        JsonNode total = client.send("GET", "/sessions/" + session + "/usage", null).json().get("total");
        assertThat(total.at("/usage/inputTokens").asInt()).isEqualTo(30);
        assertThat(total.at("/cost/amount").asText()).isEqualTo("0.0000198");
    }

    @ParameterizedTest
    @ValueSource(strings = { "text", "thinking", "tool call", "unfinished tool call" })
    void nobody_takes_over_once_something_has_been_said(String what) {
        FakeReply begun = switch (what) {
            case "text" -> FakeReply.stream().text("Half");
            case "thinking" -> FakeReply.stream().thinking("Hm");
            case "unfinished tool call" -> FakeReply.stream().toolCall("c1", "look", "{\"q\":");
            default -> FakeReply.stream().toolCall("c1", "look", "{}").text("x");
        };
        provider.then(begun.error("server_error"));
        assertThat(post(saying("Hello")).status()).isEqualTo(502);
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void what_a_filter_refuses_is_shown_to_no_other_provider() {
        provider.then(FakeReply.status(400).body("{\"error\":{\"code\":\"content_filter\"}}"));
        Answer failed = post(saying("Hello"));
        assertThat(failed.at("/code")).isEqualTo("content-filtered");
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void a_cancelled_turn_asks_nobody_else() {
        provider.then(FakeReply.stream().hang());
        String turn = begin("Hello");
        provider.awaitCalls(1);
        assertThat(cancel(turn).at("/state")).isEqualTo("cancelled");
        provider.awaitAborted(1);
        assertThat(turn(turn).at("/model")).isEqualTo(GPT);
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void it_is_cancelled_while_the_second_model_is_asked_too() {
        provider.then(FakeReply.status(503).body("{}"), FakeReply.stream().hang());
        String turn = begin("Hello");
        provider.awaitCalls(2);
        assertThat(cancel(turn).at("/state")).isEqualTo("cancelled");
        provider.awaitAborted(1);
        assertThat(turn(turn).at("/model")).isEqualTo(CLAUDE);
    }

    @Test
    void all_are_asked_once_and_in_their_order() {
        session = client.createSession(settings(GPT, "small-model", GPT, "small-model", CLAUDE));
        provider.always(FakeReply.status(503).body("{}"));
        Answer failed = post(saying("Hello"));
        assertThat(failed.at("/code")).isEqualTo("provider-overloaded");
        assertThat(provider.calls()).extracting(call -> call.json().get("model").asText())
                .containsExactly(GPT, "small-model", CLAUDE);
        assertThat(turn(failed.at("/turn")).at("/model")).isEqualTo(CLAUDE);
        assertThat(history()).containsExactly("user: Hello");
    }

    @Test
    void when_all_have_failed_a_failure_that_may_pass_is_told_before_one_that_will_not() {
        provider.then(FakeReply.status(429).header("retry-after", "77").body("{}"), FakeReply.status(401).body("{}"));
        Answer failed = post(saying("Hello"));
        assertThat(failed.status()).isEqualTo(503);
        assertThat(failed.at("/code")).isEqualTo("provider-rate-limited");
        assertThat(failed.headers().firstValue("Retry-After")).hasValue("77");
    }

    @Test
    void a_request_that_names_a_model_falls_back_on_the_sessions_models_its_own_among_them() {
        session = client.createSession(settings(GPT, GPT));
        provider.then(FakeReply.saying("One."), FakeReply.status(503).body("{}"), FakeReply.saying("Two."));
        assertThat(post(saying("Hello")).at("/model")).isEqualTo(GPT);
        String before = remembered();
        Answer turn = post("{\"content\":\"And?\",\"model\":\"" + CLAUDE + "\"}");
        assertThat(turn.at("/model")).isEqualTo(GPT);
        assertThat(remembered()).as("what the session's own model was sent is gone on from").isNotEqualTo(before);
    }

    @Test
    void the_context_is_chosen_for_the_model_that_is_asked() {
        session = client.createSession(settings(GPT, "small-model"));
        String list = IntStream.range(0, 40)
                .mapToObj(i -> "{\"role\":\"%s\",\"content\":\"%s%d\"}".formatted(i % 2 == 0 ? "user" : "assistant",
                        "word ".repeat(100), i))
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(client.send("POST", "/sessions/" + session + "/messages", list).status()).isEqualTo(201);
        provider.then(FakeReply.status(503).body("{}"), FakeReply.saying("Short."));
        List<Event> events = rest(stream("And now?"));
        assertThat(events.getLast().name()).isEqualTo("done");
        assertThat(events.get(2).json().at("/sent/tokens").asInt()).isLessThan(2_000);
        List<FakeCall> calls = provider.calls();
        assertThat(calls.get(0).json().get("messages").size()).isGreaterThan(40);
        assertThat(calls.get(1).json().get("messages").size()).isLessThan(20);
        assertThat(calls.get(1).json().get("max_tokens").asInt()).as("its own limit").isLessThanOrEqualTo(500);
        assertThat(sent()).startsWith("system: Be brief.").endsWith("user: And now?");
    }

    @Test
    void the_sessions_own_model_goes_on_afterwards_as_if_it_had_not_been_called() {
        provider.then(FakeReply.saying("One."), FakeReply.status(503).body("{}"), FakeReply.saying("Two."),
                FakeReply.saying("Three."));
        assertThat(post(saying("first")).at("/model")).isEqualTo(GPT);
        String before = remembered();
        assertThat(post(saying("second")).at("/model")).isEqualTo(CLAUDE);
        assertThat(remembered()).isEqualTo(before);
        assertThat(post(saying("third")).at("/model")).isEqualTo(GPT);
        assertThat(sent()).containsExactly("system: Be brief.", "user: first", "assistant: One.", "user: second",
                "assistant: Two.", "user: third");
    }

    /** Read plan and state of the context, as they are stored. */
    private String remembered() {
        String stored = redis
                .command("EVAL return{ok=redis.call([[HGET]],KEYS[1],[[planF]])..redis.call([[HGET]],KEYS[1],[[ctx]])}"
                        + " 1 parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session);
        assertThat(stored).contains(GPT);
        return stored;
    }

    @Test
    void a_fallback_that_is_no_more_or_cannot_be_called_any_more_is_passed_over() {
        SessionSettings plain = Talk.PLAIN;
        SessionSettings settings = new SessionSettings("", GPT, List.of("gone-model", "off-model", CLAUDE), null, List.of(),
                List.of(),
                plain.generation(), plain.ifRunning(), plain.onDisconnect(), plain.onCrash(), plain.retention(),
                plain.metadata());
        SessionId id = SessionId.create();
        Talk.await(sessions.create(id, Owner.LOCAL, settings, ReadPlan.EVERYTHING, null));
        session = id.value();
        provider.then(FakeReply.status(503).body("{}"), FakeReply.saying("Here."));
        assertThat(rest(stream("Hello"))).filteredOn(event -> event.name().equals("context"))
                .extracting(event -> event.json().get("model").asText()).containsExactly(GPT, CLAUDE);
    }

    @Test
    void a_turn_that_is_settled_by_another_process_names_the_model_that_was_speaking() {
        provider.then(FakeReply.status(503).body("{}"), FakeReply.stream().text("Half").waitFor(new Gate()),
                FakeReply.saying("ok"));
        String turn = begin("one");
        await().until(() -> Talk.await(logs.read(new SessionId(session), new TurnId(turn), 0)).events(),
                events -> events.toString().contains("Half"));
        settleByAnotherProcess(turn);
        assertThat(post(saying("two")).status()).isEqualTo(201);
        Answer settled = turn(turn);
        assertThat(settled.at("/state")).isEqualTo("interrupted");
        assertThat(settled.at("/model")).isEqualTo(CLAUDE);
        assertThat(message(settled.at("/message")).at("/model")).isEqualTo(CLAUDE);
    }

    @Test
    void a_listener_that_comes_later_gets_the_same_events() {
        Gate gate = new Gate();
        provider.then(FakeReply.status(503).body("{}"), FakeReply.stream().text("Good ").waitFor(gate).text("day").finish());
        String turn = begin("Hello");
        gate.awaitReached();
        try (SseStream late = client.events(session, turn)) {
            gate.open();
            assertThat(late.rest()).extracting(Event::name)
                    .containsExactly("turn", "context", "context", "delta", "delta", "done");
        }
        await().until(() -> turn(turn).at("/state").equals("completed"));
    }
}
