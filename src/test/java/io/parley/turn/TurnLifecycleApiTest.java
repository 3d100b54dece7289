package io.parley.turn;

import static io.parley.testing.ChatClient.saying;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeReply;
import io.parley.testing.Gate;
import io.parley.testing.Quick;
import io.parley.testing.SseStream;
import io.parley.testing.SseStream.Event;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is stored when, and how a turn ends. */
@QuarkusTest
@TestProfile(Quick.class)
class TurnLifecycleApiTest extends TurnApi {
    private static final String WEATHER = "\"tools\":[{\"name\":\"weather\",\"description\":\"Says it.\","
            + "\"parameters\":{\"type\":\"object\"}}]";

    @Test
    void the_input_is_stored_before_the_turn_is_told_and_the_reply_before_the_end_is() {
        Gate gate = new Gate();
        provider.then(FakeReply.stream().waitFor(gate).text("Good ").text("day").finish());
        try (SseStream stream = stream("Hello")) {
            JsonNode opened = stream.next("turn").json();
            assertThat(message(opened.get("userMessage").asText()).at("/content/0/text")).isEqualTo("Hello");
            assertThat(turn(opened.get("turn").asText()).at("/state")).isEqualTo("running");
            gate.open();
            JsonNode done = stream.next("done").json();
            Answer reply = message(done.get("message").asText());
            assertThat(reply.at("/content/0/text")).isEqualTo("Good day");
            assertThat(reply.at("/status")).isEqualTo("completed");
            assertThat(done.at("/usage/outputTokens").asInt()).isEqualTo(5);
            assertThat(done.at("/usage/estimated").asBoolean()).isFalse();
            assertThat(done.at("/cost/amount").asText()).isEqualTo("0.0000045");
        }
    }

    /** Ways in which a provider can break off after some text. */
    private static final Map<String, UnaryOperator<FakeReply>> BREAKS = Map.of(
            "end", FakeReply::end,
            "error", reply -> reply.error("server_error"),
            "half a character", reply -> reply.halfOf("so\uD83D\uDE42").end(),
            "malformed", reply -> reply.bytes("data: {\"choices\":[{\n\n".getBytes(UTF_8)).end());

    @ParameterizedTest
    @ValueSource(strings = { "reset", "end", "error", "half a character", "malformed" })
    void what_was_said_before_the_provider_broke_off_is_kept(String way) {
        Gate gate = new Gate();
        FakeReply half = FakeReply.stream().text("Half a ").text("reply").waitFor(gate);
        provider.then(BREAKS.getOrDefault(way, FakeReply::reset).apply(half));
        try (SseStream stream = stream("Hello")) {
            Event first = stream.next("delta");
            assertThat(first).isNotNull();
            gate.open();
            List<Event> rest = stream.rest();
            JsonNode failed = rest.getLast().json();
            assertThat(rest.getLast().name()).isEqualTo("failed");
            assertThat(first.json().get("text").asText() + SseStream.text(rest)).isEqualTo("Half a reply");
            assertThat(failed.get("state").asText()).isEqualTo("failed");
            assertThat(failed.at("/problem/code").asText()).startsWith("provider-");
            assertThat(failed.toString()).doesNotContain("secret text");
            assertThat(failed.at("/usage/estimated").asBoolean()).isTrue();
            assertThat(failed.at("/usage/inputTokens").asLong()).isPositive();
            assertThat(failed.at("/cost/amount").asText()).isNotEmpty();
            Answer kept = message(failed.get("message").asText());
            assertThat(kept.at("/content/0/text")).isEqualTo("Half a reply");
            assertThat(kept.at("/status")).isEqualTo("failed");
            JsonNode turn = turn(kept.at("/turn")).json();
            assertThat(turn.get("state").asText()).isEqualTo("failed");
            assertThat(turn.get("finishReason").asText()).isEqualTo("unknown");
            assertThat(turn.at("/problem/code")).isEqualTo(failed.at("/problem/code"));
        }
    }

    @Test
    void a_failure_before_any_text_stores_no_reply_and_the_input_can_be_answered_again() {
        provider.then(FakeReply.status(400).body("{\"error\":{\"message\":\"secret text\"}}"),
                FakeReply.saying("Good ", "day"));
        Event failed = rest(stream("Hello")).getLast();
        assertThat(failed.name()).isEqualTo("failed");
        assertThat(failed.json().get("message").isNull()).isTrue();
        assertThat(failed.json().at("/usage/inputTokens").asLong()).isZero();
        assertThat(failed.data()).doesNotContain("secret text");
        assertThat(history()).containsExactly("user: Hello");

        assertThat(post("{\"regenerate\":true}").status()).isEqualTo(201);
        assertThat(history()).containsExactly("user: Hello", "assistant: Good day");
        assertThat(sent()).containsExactly("system: Be brief.", "user: Hello");
    }

    @Test
    void a_failed_turn_is_a_problem_for_who_waits_for_it_and_says_that_the_input_is_stored() {
        provider.then(FakeReply.status(401).body("{}"));
        Answer failed = post(saying("Hello"));
        assertThat(failed.status()).isEqualTo(502);
        assertThat(failed.at("/code")).isEqualTo("provider-auth");
        assertThat(failed.json().get("stored").asBoolean()).isTrue();
        assertThat(message(failed.at("/userMessage")).status()).isEqualTo(200);
    }

    @Test
    void a_reply_without_words_is_no_message() {
        provider.then(FakeReply.stream().thinking("Hm").finish(), FakeReply.stream().finish());
        for (String text : List.of("one", "two")) {
            Event done = rest(stream(text)).getLast();
            assertThat(done.name()).isEqualTo("done");
            assertThat(done.json().get("state").asText()).isEqualTo("completed");
            assertThat(done.json().get("message").isNull()).isTrue();
        }
        assertThat(history()).containsExactly("user: one", "user: two");
    }

    @Test
    void a_refusal_is_said_and_kept_as_one() {
        provider.then(
                FakeReply.stream().bytes(("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
                        + "\"delta\":{\"refusal\":\"No.\"},\"finish_reason\":null}]}\n\n").getBytes(UTF_8)).finish());
        List<Event> events = rest(stream("Hello"));
        assertThat(SseStream.text(events)).isEqualTo("No.");
        assertThat(events.getLast().json().get("finishReason").asText()).isEqualTo("refusal");
        Answer reply = message(events.getLast().json().get("message").asText());
        assertThat(reply.at("/content/0/type")).isEqualTo("refusal");
        assertThat(reply.at("/content/0/text")).isEqualTo("No.");
    }

    @Test
    void a_reply_that_is_too_long_is_whole_as_far_as_it_goes() {
        provider.then(FakeReply.stream().text("Once upon").finish("length"));
        Answer turn = post(saying("Tell me"));
        assertThat(turn.status()).isEqualTo(201);
        assertThat(turn.at("/state")).isEqualTo("completed");
        assertThat(turn.at("/finishReason")).isEqualTo("length");
    }

    @Test
    void a_tool_call_and_its_result_are_sent_back_under_an_id_of_our_own() {
        provider.then(FakeReply.stream().text("Let me see.").toolCall("call_1", "weather", "{\"city\": \"Turin\"}")
                .toolCall("call_2", "weather", "{}").finish("tool_calls"), FakeReply.saying("Rain."));
        List<Event> events = rest(client.stream(session, "{\"content\":\"Weather?\"," + WEATHER + "}"));
        assertThat(events.getLast().json().get("finishReason").asText()).isEqualTo("tool-calls");
        assertThat(events).filteredOn(event -> event.data().contains("\"block\"")).hasSize(2);

        Answer answered = post("{\"content\":[{\"type\":\"tool-result\",\"callId\":\"call_1\",\"content\":\"wet\"},"
                + "{\"type\":\"tool-result\",\"callId\":\"call_2\",\"content\":\"dry\"}]," + WEATHER + "}");
        assertThat(answered.at("/content/0/text")).isEqualTo("Rain.");
        JsonNode sent = provider.calls().get(1).json().get("messages");
        assertThat(sent.at("/2/content").asText()).isEqualTo("Let me see.");
        assertThat(sent.at("/2/tool_calls/0/id").asText()).isEqualTo("000002000");
        assertThat(sent.at("/2/tool_calls/0/function/arguments").asText()).isEqualTo("{\"city\": \"Turin\"}");
        assertThat(sent.at("/3/tool_call_id").asText() + sent.at("/3/content").asText()).isEqualTo("000002000wet");
        assertThat(sent.at("/4/tool_call_id").asText() + sent.at("/4/content").asText()).isEqualTo("000002001dry");
    }

    @Test
    void a_result_that_answers_no_call_is_never_sent() {
        rest(stream("Hello"));
        Answer refused = post("{\"content\":[{\"type\":\"tool-result\",\"callId\":\"nowhere\",\"content\":\"wet\"}]}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.at("/code")).isEqualTo("nothing-to-answer");
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void a_running_turn_names_the_model_that_answers_even_if_nobody_chose_one() {
        Gate gate = new Gate();
        provider.always(FakeReply.stream().waitFor(gate).text("Hi").finish());
        session = client.createSession("{}");
        String turn = begin("Hello");
        String model = turn(turn).at("/model");
        assertThat(model).isNotEmpty();
        assertThat(client.send("GET", "/sessions/" + session + "/turns?state=running", null).at("/data/0/model"))
                .isEqualTo(model);
        gate.open();
        assertThat(awaitOver(turn).get("model").asText()).isEqualTo(model);
    }
}
