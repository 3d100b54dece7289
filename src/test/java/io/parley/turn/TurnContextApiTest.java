package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeCall;
import io.parley.testing.FakeReply;
import io.parley.testing.Quick;
import io.parley.testing.SseStream.Event;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is sent for a turn, as the provider sees it. */
@QuarkusTest
@TestProfile(Quick.class)
class TurnContextApiTest extends TurnApi {
    private static final String TOO_LONG = "{\"error\":{\"message\":\"This model's maximum context length is 1500 tokens. "
            + "However, your messages resulted in 3000 tokens.\",\"type\":\"invalid_request_error\",\"param\":\"messages\","
            + "\"code\":\"context_length_exceeded\"}}";

    @Inject
    Afterwards afterwards;

    /** What is still being made would take the answers that are meant for the next test. */
    @AfterEach
    void settle() {
        await().until(afterwards::isIdle);
    }

    @Test
    void a_context_that_is_refused_as_too_long_is_cut_further_before_anything_is_seen() {
        session = longSession("{\"model\":\"gpt-4o\"}");
        provider.then(FakeReply.status(400).body(TOO_LONG), FakeReply.saying("It fits."));
        List<Event> events = rest(stream("And now?"));
        assertThat(events).extracting(Event::name).containsExactly("turn", "context", "context", "delta", "done");
        List<FakeCall> calls = provider.calls();
        assertThat(messages(calls.get(1))).isLessThan(messages(calls.get(0)) / 2);
        assertThat(calls.get(1).json().at("/messages").valueStream().toList().getLast().get("content").asText())
                .isEqualTo("And now?");
        say("Once more?");
        assertThat(messages(provider.calls().get(2))).as("the limit is known").isLessThanOrEqualTo(messages(calls.get(1)) + 2);
    }

    @Test
    void so_it_is_when_the_refusal_comes_inside_a_stream_that_had_begun() {
        session = longSession("{\"model\":\"gpt-4o\"}");
        provider.then(FakeReply.stream().bytes(("data: " + TOO_LONG + "\n\n").getBytes(StandardCharsets.UTF_8))
                .end(),
                FakeReply.saying("It fits."));
        Answer answer = post(ChatClient.saying("And now?"));
        assertThat(answer.at("/state")).isEqualTo("completed");
        assertThat(messages(provider.calls().get(1))).isLessThan(messages(provider.calls().get(0)));
    }

    @Test
    void it_is_given_up_after_some_tries_with_a_clear_problem_and_the_input_is_kept() {
        session = longSession("{\"model\":\"gpt-4o\"}");
        provider.always(FakeReply.status(400).body(TOO_LONG.replace("1500", "many").replace("3000", "more")));
        Answer answer = post(ChatClient.saying("And now?"));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.at("/code")).isEqualTo("context-too-long");
        assertThat(answer.json().get("stored").asBoolean()).isTrue();
        assertThat(provider.calls()).hasSizeBetween(2, 5);
        assertThat(history()).endsWith("user: And now?");
    }

    @Test
    void an_input_that_is_too_long_by_itself_is_not_tried_again() {
        provider.always(FakeReply.status(400).body(TOO_LONG.replace("1500", "many").replace("3000", "more")));
        assertThat(post(ChatClient.saying("Alone.")).status()).isEqualTo(413);
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void where_only_the_room_for_the_reply_is_too_much_less_of_it_is_asked_for() {
        provider.then(FakeReply.status(400).body(TOO_LONG), FakeReply.saying("Short."));
        assertThat(post(ChatClient.saying("Alone.")).at("/state")).isEqualTo("completed");
        assertThat(provider.calls()).hasSize(2);
        assertThat(reply(provider.calls().get(1))).isPositive().isLessThan(1_500);
        assertThat(reply(provider.calls().get(0))).isGreaterThan(1_500);
    }

    private static int reply(FakeCall call) {
        return call.json().path("max_tokens").asInt(call.json().path("max_completion_tokens").asInt());
    }

    @Test
    void older_turns_become_a_summary_that_is_made_after_the_turn_and_sent_as_data() {
        summarisingSession();
        provider.always(FakeReply.saying("The user's name is Ada."));
        say("one");
        say("two");
        say("three");
        FakeCall request = awaitSummaryCall(1);
        assertThat(request.body()).contains("one").doesNotContain("\"content\":\"three\"");
        assertThat(client.messages(session)).as("nothing is taken away").hasSize(6);
        awaitSummary();
        say("four");
        JsonNode first = asked().json().at("/messages/1");
        assertThat(first.get("role").asText()).isEqualTo("user");
        assertThat(first.get("content").asText()).startsWith("<summary>").contains("The user's name is Ada.");
        assertThat(asked().json().at("/messages/0/content").asText()).isEqualTo("Be brief.");
        assertThat(sent()).doesNotContain("user: one");
    }

    @Test
    void an_edit_of_what_was_summarised_has_the_messages_sent_again() {
        summarisingSession();
        provider.always(FakeReply.saying("Notes."));
        say("one");
        say("two");
        say("three");
        awaitSummary();
        say("four");
        assertThat(sent()).doesNotContain("user: one");
        String id = client.messages(session).getFirst().get("id").asText();
        assertThat(client.send("PATCH", "/sessions/" + session + "/messages/" + id, "{\"content\":\"uno\"}").status())
                .isEqualTo(200);
        say("five");
        assertThat(sent()).contains("user: uno").noneMatch(message -> message.contains("<summary>"));
    }

    @Test
    void a_summary_that_fails_changes_nothing_and_is_not_tried_at_every_turn() {
        summarisingSession();
        provider.then(FakeReply.saying("a"), FakeReply.saying("b"),
                FakeReply.status(401).body("{\"error\":{\"message\":\"no\",\"code\":\"invalid_api_key\"}}"));
        say("one");
        say("two");
        awaitSummaryCall(1);
        await().until(afterwards::isIdle);
        say("three");
        await().until(afterwards::isIdle);
        // After a first failure one turn passes; the next attempt may follow the turn after that.
        assertThat(provider.calls().stream().filter(call -> call.body().contains("Summarise the conversation"))).hasSize(1);
        say("four");
        assertThat(sent()).contains("user: one", "user: four").noneMatch(message -> message.contains("<summary>"));
    }

    private void say(String text) {
        assertThat(post(ChatClient.saying(text)).at("/state")).isEqualTo("completed");
    }

    private void summarisingSession() {
        session = client.createSession("{\"model\":\"gpt-4o-mini\",\"systemPrompt\":\"Be brief.\",\"context\":"
                + "{\"policy\":\"summarise\",\"keepRecent\":2,\"trimTo\":0.5}}");
    }

    @CanIgnoreReturnValue
    private FakeCall awaitSummaryCall(int count) {
        return await().until(() -> provider.calls().stream().filter(call -> call.body().contains("Summarise the conversation"))
                .toList(), calls -> calls.size() >= count).getFirst();
    }

    private void awaitSummary() {
        await().until(
                () -> redis.command("EXISTS parley:{" + session.substring(0, session.indexOf('.')) + "}:" + session + ":s")
                        .equals(":1"));
    }

    private String longSession(String settings) {
        String id = client.createSession(settings);
        String list = IntStream.range(0, 60)
                .mapToObj(
                        i -> "{\"role\":\"" + (i % 2 == 0 ? "user" : "assistant") + "\",\"content\":\"" + "word ".repeat(50) + i
                                + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(client.send("POST", "/sessions/" + id + "/messages", list).status()).isEqualTo(201);
        return id;
    }

    private static int messages(FakeCall call) {
        return call.json().get("messages").size();
    }
}
