package io.parley.turn;

import static io.parley.testing.ChatClient.saying;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.ChatClient.Answer;
import io.parley.testing.FakeReply;
import io.parley.testing.Quick;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a turn answers: something new, the last input again, another text in the place of an earlier one, or nothing new. */
@QuarkusTest
@TestProfile(Quick.class)
class TurnInputApiTest extends TurnApi {

    @CanIgnoreReturnValue
    private Answer said(String text, String reply) {
        provider.then(FakeReply.saying(reply));
        return post(saying(text));
    }

    static final String DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

    private Answer replaced(String message, String text) {
        return post("{\"replaces\":\"" + message + "\",\"content\":\"" + text + "\"}");
    }

    private List<JsonNode> everything() {
        return client.send("GET", "/sessions/" + session + "/messages?superseded=true", null).json().get("data")
                .valueStream().toList();
    }

    @Test
    void the_last_input_is_answered_again_and_the_old_reply_stays_readable() {
        String old = said("one", "first").at("/message");
        provider.then(FakeReply.saying("better"));
        Answer again = post("{\"regenerate\":true}");
        assertThat(again.status()).isEqualTo(201);
        assertThat(sent()).containsExactly("system: Be brief.", "user: one");
        assertThat(history()).containsExactly("user: one", "assistant: better");
        assertThat(everything()).hasSize(3);
        assertThat(message(old).json().get("superseded").asBoolean()).isTrue();
        assertThat(message(old).at("/content/0/text")).isEqualTo("first");
    }

    @Test
    void another_text_takes_the_place_of_an_earlier_one_and_of_all_that_followed() {
        String first = said("one", "first").at("/userMessage");
        said("two", "second");
        provider.then(FakeReply.saying("uno"));
        Answer turn = replaced(first, "eins");
        assertThat(turn.status()).isEqualTo(201);
        assertThat(turn.at("/userMessage")).isNotEqualTo(first);
        assertThat(sent()).containsExactly("system: Be brief.", "user: eins");
        assertThat(history()).containsExactly("user: eins", "assistant: uno");
        assertThat(everything()).hasSize(6);
    }

    @Test
    void what_was_to_be_replaced_comes_back_if_nothing_is_said_in_its_place() {
        String first = said("one", "first").at("/userMessage");
        List<JsonNode> before = client.messages(session);
        provider.then(FakeReply.status(500).body("{}"), FakeReply.status(500).body("{}"));
        assertThat(replaced(first, "eins").status()).isEqualTo(502);
        assertThat(client.messages(session)).isEqualTo(before);
        assertThat(post("{\"regenerate\":true}").status()).isEqualTo(502);
        assertThat(client.messages(session)).isEqualTo(before);
        said("two", "second");
        assertThat(sent()).containsExactly("system: Be brief.", "user: one", "assistant: first", "user: two");
    }

    @Test
    void the_history_as_it_stands_is_answered() {
        Answer appended = client.send("POST", "/sessions/" + session + "/messages",
                "{\"role\":\"user\",\"content\":\"imported\"}");
        assertThat(appended.status()).isEqualTo(201);
        provider.then(FakeReply.saying("answered"));
        assertThat(post("{}").status()).isEqualTo(201);
        assertThat(history()).containsExactly("user: imported", "assistant: answered");
        Answer nothing = post("{}");
        assertThat(nothing.status()).isEqualTo(409);
        assertThat(nothing.at("/code")).isEqualTo("nothing-to-answer");
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void nothing_can_be_answered_where_nothing_was_said() {
        assertThat(post("{}").at("/code")).isEqualTo("nothing-to-answer");
        assertThat(post("{\"regenerate\":true}").at("/code")).isEqualTo("nothing-to-answer");
        assertThat(provider.calls()).isEmpty();
    }

    @Test
    void an_image_is_sent_as_it_came_in_this_turn_and_in_the_next() {
        provider.then(FakeReply.saying("A dot."), FakeReply.saying("Red."));
        assertThat(post("{\"content\":[{\"type\":\"text\",\"text\":\"What is it?\"},{\"type\":\"image\",\"source\":{"
                + "\"type\":\"base64\",\"mediaType\":\"image/png\",\"data\":\"" + DOT + "\"}}]}").status()).isEqualTo(201);
        assertThat(post(saying("Which colour?")).status()).isEqualTo(201);
        assertThat(provider.calls())
                .allSatisfy(call -> assertThat(call.json().at("/messages/1/content/1/image_url/url").asText())
                        .isEqualTo("data:image/png;base64," + DOT));
    }

    @Test
    void only_a_user_message_that_is_there_can_be_replaced() {
        String reply = said("one", "first").at("/message");
        assertThat(replaced(reply, "x").status()).isEqualTo(400);
        assertThat(replaced("m9999", "x").status()).isEqualTo(404);
        assertThat(history()).containsExactly("user: one", "assistant: first");
    }

    @Test
    void a_request_that_contradicts_itself_stores_nothing() {
        for (String body : List.of("{\"content\":\"x\",\"regenerate\":true}", "{\"replaces\":\"m1\"}",
                "{\"replaces\":\"m1\",\"regenerate\":true}", "{\"content\":\"x\",\"ifRunning\":\"never\"}",
                "{\"content\":[]}", "{\"content\":\"x\",\"model\":\"no-such\"}",
                "{\"content\":\"x\",\"context\":{\"policy\":\"no-such\"}}",
                "{\"replaces\":\"m1\",\"content\":[{\"type\":\"tool-result\",\"callId\":\"c\",\"content\":\"y\"}]}")) {
            Answer refused = post(body);
            assertThat(refused.status()).as(body).isEqualTo(400);
            assertThat(refused.json().get("errors")).as(body).isNotEmpty();
        }
        assertThat(client.messages(session)).isEmpty();
        assertThat(provider.calls()).isEmpty();
    }

    @Test
    void a_turn_may_choose_its_own_context() {
        said("one", "first");
        provider.then(FakeReply.saying("second"));
        assertThat(post("{\"content\":\"two\",\"context\":{\"policy\":\"full\"},\"metadata\":{\"a\":1}}").status())
                .isEqualTo(201);
        assertThat(sent()).containsExactly("system: Be brief.", "user: one", "assistant: first", "user: two");
    }
}
