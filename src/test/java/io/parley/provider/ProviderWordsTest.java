package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The log shows the words of a provider without secrets and texts of users. */
class ProviderWordsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            messages.3.content.0.image.source.base64: image exceeds 5 MB maximum | messages.3.content.0.image.source.base64: image exceeds 5 MB maximum
            Invalid 'messages[2].content': missing field `reasoning_content`     | Invalid 'messages[2].content': missing field `reasoning_content`
            the model's limit isn't known to the user's plan                     | the model's limit isn't known to the user's plan
            Incorrect API key provided: sk-very-secret. Bearer abc               | Incorrect API key provided: … …
            got "my password is hunter2" here                                    | got … here
            value 'a secret that has no end                                      | value …
            call_0PqRsTuVwXyZaBcDeF and AIzaSyD4c8f2e1b0a9 and iVBORw0KGgoAAAANSUhEUg== | … and … and …
            """)
    void what_may_be_a_secret_or_somebodys_words_is_hidden(String message, String logged) {
        assertThat(ProviderWords.of(message)).isEqualTo(logged);
    }

    @Test
    void they_are_one_line_and_cut() {
        assertThat(ProviderWords.of("a\r\n\u001b[31mb\u2028c")).isEqualTo("a [31mb c");
        assertThat(ProviderWords.of("no. ".repeat(100_000))).hasSize(ProviderWords.MOST + 1).endsWith("…");
        assertThat(ProviderWords.of("")).isEmpty();
    }

    @Test
    void the_key_of_the_call_is_hidden_however_it_is_spelt() {
        assertThat(ProviderWords.without("400 key topsecret, TopSecret", List.of("TopSecret", ""))).isEqualTo("400 key …, …");
    }
}
