package io.parley.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlankTextTest {

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "\t\r\n", "\u00a0", "\u2007", "\u202f", "\u3000", "\u2028\u2029", "\u0085", "\u200b",
            "\ufeff", "\u00ad", "\u3164", " \u00a0\u2003 ", "\u0000", "\u001f", "\u2060" })
    void a_text_of_which_nothing_is_seen_is_blank(String text) {
        assertThat(BlankText.isBlank(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = { "a", "\u00a0.\u00a0", "0", "🙂", "\u0301", "\u0627" })
    void a_text_of_which_anything_is_seen_is_not(String text) {
        assertThat(BlankText.isBlank(text)).isFalse();
    }
}
