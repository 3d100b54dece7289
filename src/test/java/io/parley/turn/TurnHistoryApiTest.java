package io.parley.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.parley.testing.ChatClient;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeReply;
import io.parley.testing.Quick;
import io.parley.testing.SseStream;
import io.parley.testing.StrictAnthropic;
import io.parley.testing.StrictOpenAi;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Turns on histories that strict servers would refuse in their stored form. */
@QuarkusTest
@TestProfile(Quick.class)
class TurnHistoryApiTest extends TurnApi {
    private static final StrictOpenAi STRICT = new StrictOpenAi(true, true);
    private static final String TOOLS = "\"tools\":[{\"name\":\"look\",\"parameters\":{\"type\":\"object\"}}]";
    private static final String PICTURE = "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"mediaType\":\"image/png\","
            + "\"data\":\"" + TurnInputApiTest.DOT + "\"}}";

    private static String results(String... ids) {
        return "{\"content\":[" + String.join(",", List.of(ids).stream()
                .map("{\"type\":\"tool-result\",\"callId\":\"%s\",\"content\":\"found\"}"::formatted).toList()) + "]}";
    }

    private Answer append(String messages) {
        return client.send("POST", "/sessions/" + session + "/messages", messages);
    }

    @Test
    void after_turns_without_a_reply_both_inputs_are_sent_to_a_server_that_wants_turns() {
        provider.then(FakeReply.status(500).body("{}"));
        assertThat(post(ChatClient.saying("First.")).status()).isEqualTo(502);
        provider.strict(STRICT).then(FakeReply.saying("Both."));
        assertThat(post(ChatClient.saying("Second.")).status()).isEqualTo(201);
        assertThat(sent()).containsExactly("system: Be brief.", "user: First.\n\nSecond.");
    }

    @Test
    void a_greeting_that_was_appended_is_sent() {
        assertThat(append("{\"role\":\"assistant\",\"content\":\"Welcome.\"}").status()).isEqualTo(201);
        provider.strict(STRICT);
        assertThat(post(ChatClient.saying("Hello")).status()).isEqualTo(201);
        assertThat(sent()).containsExactly("system: Be brief.", "user: (The assistant begins the conversation.)",
                "assistant: Welcome.", "user: Hello");
        JsonNode preview = client.send("GET", "/sessions/" + session + "/context", null).json();
        assertThat(preview.at("/adaptations/0/message").asText()).isEqualTo("m1");
        assertThat(preview.at("/adaptations/0/kind").asText()).isEqualTo("greeting-bridged");
        assertThat(preview.at("/adaptations/0/reason").asText()).isNotEmpty();
    }

    @Test
    void results_that_leave_a_call_of_the_reply_open_are_refused_at_once_with_its_id() {
        provider.then(FakeReply.stream().toolCall("a", "look", "{}").toolCall("b", "look", "{}").finish("tool_calls"));
        assertThat(post("{\"content\":\"Look.\"," + TOOLS + "}").status()).isEqualTo(201);
        Answer refused = post(results("a"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/errors/0/pointer")).isEqualTo("/content");
        assertThat(refused.at("/errors/0/detail")).endsWith("missing for b");
        assertThat(client.messages(session)).as("nothing is stored").hasSize(2);
        provider.strict(STRICT).then(FakeReply.saying("Done."));
        assertThat(post(results("b", "a")).at("/state")).isEqualTo("completed");
        assertThat(client.messages(session)).hasSize(4);
    }

    @Test
    void a_result_that_is_longer_than_the_window_is_told_as_what_it_is() {
        session = client.createSession("{\"model\":\"blind\"}");
        provider.then(FakeReply.stream().toolCall("a", "look", "{}").finish("tool_calls"));
        assertThat(post("{\"content\":\"Look.\"," + TOOLS + "}").status()).isEqualTo(201);
        Answer refused = post(
                "{\"content\":[{\"type\":\"tool-result\",\"callId\":\"a\",\"content\":\"" + "word ".repeat(200_000)
                        + "\"}]}");
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.at("/code")).isEqualTo("context-too-long");
        provider.then(FakeReply.saying("Yes."));
        assertThat(post(ChatClient.saying("Still there?")).status()).isEqualTo(201);
    }

    @Test
    void a_model_that_takes_no_pictures_is_told_of_older_ones_and_given_no_new_one() {
        assertThat(append("{\"role\":\"user\",\"content\":[" + PICTURE + "]}").status()).isEqualTo(201);
        provider.strict(new StrictOpenAi(false, true));
        assertThat(post("{\"content\":\"What was it?\",\"model\":\"blind\"}").status()).isEqualTo(201);
        assertThat(sent().getLast()).contains("a picture, which this model cannot see").endsWith("What was it?");
        Answer refused = post("{\"content\":[{\"type\":\"text\",\"text\":\"And?\"}," + PICTURE + "],\"model\":\"blind\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.at("/errors/0/pointer")).isEqualTo("/content/1");
        session = client.createSession("{\"model\":\"blind\"}");
        assertThat(post("{\"content\":[" + PICTURE + "]}").status()).as("the session's own model").isEqualTo(400);
        assertThat(client.messages(session)).isEmpty();
    }

    @Test
    void reasoning_is_bound_to_the_provider_of_the_configuration() {
        session = client.createSession("{\"model\":\"claude-sonnet-5\"}");
        provider.then(FakeReply.stream().bytes(thinking("anthropic-sig")).text("Four.").finish());
        assertThat(post(ChatClient.saying("Two and two?")).status()).isEqualTo(201);
        provider.strict(new StrictAnthropic("proxy", true, true));
        assertThat(post("{\"content\":\"Sure?\",\"model\":\"proxy\"}").status()).isEqualTo(201);
        assertThat(asked().body()).doesNotContain("anthropic-sig");
        provider.strict(new StrictAnthropic("anthropic", true, true));
        assertThat(post(ChatClient.saying("Really?")).status()).isEqualTo(201);
        assertThat(asked().json().at("/messages/1/content/0/signature").asText()).isEqualTo("anthropic-sig");
    }

    private static byte[] thinking(String signature) {
        return ("data: {\"type\":\"content_block_start\",\"index\":7,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"hm\","
                + "\"signature\":\"" + signature + "\"}}\n\ndata: {\"type\":\"content_block_stop\",\"index\":7}\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void a_refused_history_is_told_in_text_once() {
        provider.then(FakeReply.stream().toolCall("a", "look", "{}").finish("tool_calls"), FakeReply.saying("Nothing."));
        assertThat(post("{\"content\":\"Look.\"," + TOOLS + "}").status()).isEqualTo(201);
        assertThat(post(results("a")).status()).isEqualTo(201);
        provider.then(FakeReply.status(400).body("{\"error\":{\"message\":\"no\"}}"), FakeReply.saying("So be it."));
        assertThat(post(ChatClient.saying("And now?")).at("/content/0/text")).isEqualTo("So be it.");
        assertThat(asked().body()).doesNotContain("tool_calls", "\"role\":\"tool\"");
        assertThat(sent()).contains("assistant: [The tool look is called with {}]", "user: [Result of the tool: look]\nfound");
    }

    @Test
    void a_refusal_of_the_text_too_names_the_message_and_text_is_not_tried_again() {
        provider.then(FakeReply.stream().toolCall("a", "look", "{}").finish("tool_calls"), FakeReply.saying("Nothing."));
        assertThat(post("{\"content\":\"Look.\"," + TOOLS + "}").status()).isEqualTo(201);
        assertThat(post(results("a")).status()).isEqualTo(201);
        int before = provider.calls().size();
        provider.always(
                FakeReply.status(400).body("{\"error\":{\"message\":\"Invalid value\",\"param\":\"messages[2].content\"}}"));
        Answer refused = post(ChatClient.saying("And now?"));
        assertThat(refused.status()).isEqualTo(502);
        assertThat(refused.at("/code")).isEqualTo("provider-rejected");
        assertThat(refused.at("/detail")).contains("message m2 ");
        assertThat(provider.calls()).hasSize(before + 2);
        assertThat(post("{\"regenerate\":true}").status()).isEqualTo(502);
        assertThat(provider.calls()).hasSize(before + 3);
    }

    @Test
    void a_picture_that_was_just_sent_is_never_answered_without_it() {
        int before = provider.calls().size();
        provider.then(FakeReply.status(400).body("{\"error\":{\"message\":\"could not process image\"}}"));
        Answer refused = post("{\"content\":[" + PICTURE + ",{\"type\":\"text\",\"text\":\"What is it?\"}]}");
        assertThat(refused.status()).isEqualTo(502);
        assertThat(refused.at("/code")).isEqualTo("provider-rejected");
        assertThat(provider.calls()).hasSize(before + 1);
    }

    @Test
    void an_answer_without_an_older_picture_says_so_in_the_turn_and_in_its_events() {
        provider.then(FakeReply.saying("A dot."));
        assertThat(post("{\"content\":[" + PICTURE + "]}").at("/adaptations")).isEmpty();
        provider.then(FakeReply.status(422).body("{\"error\":{\"message\":\"no\"}}"), FakeReply.saying("I believe so."));
        Answer answered = post(ChatClient.saying("Was it a dot?"));
        assertThat(answered.at("/content/0/text")).isEqualTo("I believe so.");
        assertThat(asked().body()).doesNotContain("image_url");
        assertThat(answered.at("/adaptations/0/message")).isEqualTo("m1");
        assertThat(answered.at("/adaptations/0/kind")).isEqualTo("picture-refused");
        assertThat(answered.at("/adaptations/0/reason")).isNotEmpty();
        assertThat(turn(answered.at("/id")).at("/adaptations/0/message")).isEqualTo("m1");
        JsonNode usage = client.send("GET", "/sessions/" + session + "/usage", null).json();
        assertThat(usage.at("/data/0/context/adaptations/0/kind").asText()).isEqualTo("picture-refused");
        assertThat(usage.at("/data/1/context").has("adaptations")).isFalse();
        List<JsonNode> contexts = rest(client.events(session, answered.at("/id")))
                .stream().filter(event -> event.name().equals("context")).map(SseStream.Event::json).toList();
        assertThat(contexts).hasSize(2);
        assertThat(contexts.getFirst().has("adaptations")).isFalse();
        assertThat(contexts.getLast().at("/adaptations/0/kind").asText()).isEqualTo("picture-refused");
    }

    @Test
    void reasoning_that_a_server_wants_back_is_sent_and_next_time_at_once() {
        session = client.createSession("{\"model\":\"blind\",\"systemPrompt\":\"Be brief.\"}");
        provider.then(FakeReply.stream().bytes(reasoned()).toolCall("a", "look", "{}").finish("tool_calls"));
        assertThat(post("{\"content\":\"Look.\"," + TOOLS + "}").status()).isEqualTo(201);
        int before = provider.calls().size();
        provider.then(FakeReply.status(400).body("{\"error\":{\"message\":\"reasoning_content is missing at index 2\"}}"),
                FakeReply.saying("Found."));
        assertThat(post(results("a")).at("/content/0/text")).isEqualTo("Found.");
        assertThat(provider.calls()).hasSize(before + 2);
        assertThat(asked().json().at("/messages/2/reasoning_content").asText()).isEqualTo("Let me look.");
        assertThat(asked().json().at("/messages/2/tool_calls").isEmpty()).isFalse();
        provider.then(FakeReply.saying("Yes."));
        assertThat(post(ChatClient.saying("Sure?")).status()).isEqualTo(201);
        assertThat(provider.calls()).hasSize(before + 3);
        assertThat(asked().json().at("/messages/2/reasoning_content").asText()).isEqualTo("Let me look.");
    }

    private static byte[] reasoned() {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"Let me look.\"}}]}\n\n"
                .getBytes(StandardCharsets.UTF_8);
    }
}
