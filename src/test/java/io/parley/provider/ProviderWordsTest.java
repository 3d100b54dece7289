package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The log shows the words of a provider without secrets and texts of users. */
class ProviderWordsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            the model's limit isn't known to the user's plan                     | the model's limit isn't known to the user's plan
            Incorrect API key provided: sk-very-secret. Bearer abc               | Incorrect API key provided: …
            unknown key sk-very-secret. Bearer abc, try another                  | unknown key … … try another
            got "my password is hunter2" here                                    | got …
            value 'a secret that has no end                                      | value …
            call_0PqRsTuVwXyZaBcDeF and AIzaSyD4c8f2e1b0a9 and iVBORw0KGgoAAAANSUhEUg== | … and … and …
            invalid content: "she said "my pin is 1234" yesterday"               | invalid content: …
            invalid content: my "pin" is 'role'                                  | invalid content: …
            1 validation error [type=string_type, input_value="say \"my pin is 1234\" now", input_type=str] | 1 validation error …
            input_value='the patient's diagnosis is diabetes and it's bad'       | …
            unsupported content: my diagnosis is diabetes                        | unsupported content: …
            no such user "john@example.com" here                                 | no such user …
            no such user john@example.com here                                   | no such user … here
            password 'hunter2' is invalid                                        | password …
            cannot parse `role` 'hunter2' or "role"                              | cannot parse `role` …
            invalid content: 1234 is too long                                    | invalid content: …
            invalid content “my pin” ‘is’ 1234                                   | invalid content …
            bad part (my pin is 1234)                                            | bad part …
            bad body {"content":"my pin"}                                        | bad body …
            cannot use content=diabetes here                                     | cannot use …
            'role 'my pin is 1234'                                               | …
            a field messages[3].hunter2 of "messages[3].hunter2"                 | a field messages[3].hunter2 of …
            the text is: https://example.com/?q=diabetes                         | the text is: …
            """)
    void what_may_be_a_secret_or_somebodys_words_is_hidden_to_the_end(String message, String logged) {
        assertThat(ProviderWords.of(message)).isEqualTo(logged);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "messages.3.content.0.image.source.base64: image exceeds 5 MB maximum",
            "Invalid 'messages[2].content': missing field `reasoning_content`",
            "The `reasoning_content` in the thinking mode must be passed back to the API.",
            "reasoning_content is missing at index 2",
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            "role 'system' is not supported on this model",
            "messages.1.content.0: Invalid `signature` in `thinking` block",
            "Function call is missing a thought_signature in functionCall parts",
            "messages: text content blocks must be non-empty",
            "messages.4: all messages must have non-empty content except for the optional final assistant message",
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
            "After the optional system message, conversation roles must alternate user/assistant",
            "tools.0.custom.input_schema: Extra inputs are not permitted",
            "body -> messages -> 3 -> content" })
    void what_servers_say_about_the_form_of_a_request_stays(String message) {
        assertThat(ProviderWords.of(message)).isEqualTo(message);
    }

    @Test
    void words_are_one_line_and_after_the_first_line_only_known_words_stay() {
        assertThat(ProviderWords.of("a\r\n\u001b[31mb\u2028c")).isEqualTo("a …");
        assertThat(ProviderWords.of("no\tgood:\n  Input should be a valid string"))
                .isEqualTo("no good: Input should be a valid string");
        assertThat(ProviderWords.of("bad content\nmy diagnosis")).isEqualTo("bad content …");
        assertThat(ProviderWords.of("")).isEmpty();
    }

    @Test
    void words_are_cut_after_the_secrets_are_hidden() {
        assertThat(ProviderWords.without(ProviderWords.of("no. ".repeat(100_000)), List.of())).hasSize(ProviderWords.MOST + 1)
                .endsWith("…");
        for (int before = ProviderWords.MOST - 9; before <= ProviderWords.MOST; before++) {
            String words = ProviderWords.of("n".repeat(before - 1) + " topsecret");
            assertThat(ProviderWords.without(words, List.of("TopSecret"))).doesNotContain("to").endsWith("…");
        }
        String longOnes = "sk-abc ".repeat(570) + "x ".repeat(2) + "topsecret".repeat(5);
        assertThat(ProviderWords.without(ProviderWords.of(longOnes), List.of("topsecret"))).doesNotContain("top");
    }

    @Test
    void keys_in_headers_and_in_the_address_are_secrets() {
        URI url = URI.create(
                "https://joe:pass%20word@host/v1?api-version=2024-10-21&key=top%2Bsecret&beta=true&subscription=0123456789");
        assertThat(new ProviderRequest(url, Map.of("authorization", "Bearer abc"), Buffer.buffer()).secrets())
                .containsExactlyInAnyOrder("abc", "joe:pass word", "joe:pass%20word", "top+secret", "top%2Bsecret",
                        "0123456789");
        assertThat(new ProviderRequest(url, Map.of(), Buffer.buffer()).toString())
                .isEqualTo("ProviderRequest[https://host/v1]");
        assertThat(new ProviderRequest(URI.create("http://host"), Map.of(), Buffer.buffer()).secrets()).isEmpty();
    }

    @Test
    void the_key_of_the_call_is_hidden_however_it_is_spelt() {
        assertThat(ProviderWords.without("400 key topsecret, TopSecret", List.of("TopSecret", ""))).isEqualTo("400 key …, …");
    }
}
