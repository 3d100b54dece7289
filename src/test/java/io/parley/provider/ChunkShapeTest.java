package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkShapeTest {
    private static final String CHUNK = "{\"id\":1,\"text\":\"Hi\",\"pad\":\"xyz\"}";
    private final ChunkShape shape = new ChunkShape();

    @Test
    void knows_no_chunk_before_it_has_learnt_one() {
        assertThat(text(CHUNK)).isNull();
    }

    @Test
    void reads_a_chunk_that_differs_in_its_text_and_its_padding_only() {
        learn(CHUNK);
        assertThat(text("{\"id\":1,\"text\":\"Hello\",\"pad\":\"\"}")).isEqualTo("Hello");
        assertThat(text("{\"id\":2,\"text\":\"Hello\",\"pad\":\"\"}")).isNull();
        assertThat(text("{\"id\":1,\"text\":\"Hello\",\"pad\":\"\"} ")).isNull();
        assertThat(text("{\"id\":1,\"text\":\"Hello\",\"pad\":\"\"")).isNull();
        assertThat(text("{\"id\":1,\"text\":\"\",\"pad\":\"\"}")).as("an empty text").isNull();
    }

    @Test
    void the_padding_may_stand_before_the_text_and_means_nothing_only_while_it_is_plain() {
        learn("{\"pad\":\"xyz\",\"text\":\"Hi\"}");
        assertThat(text("{\"pad\":\"0\",\"text\":\"Hello\"}")).isEqualTo("Hello");
        assertThat(text("{\"pad\":\"\\n\",\"text\":\"Hello\"}")).isNull();
        assertThat(text("{\"pad\":\"ü\",\"text\":\"Hello\"}")).isNull();
    }

    @Test
    void forgets_a_shape_whose_text_is_not_where_it_was_said_to_be() {
        learn(CHUNK);
        shape.learn(CHUNK.getBytes(StandardCharsets.UTF_8), "Hi", 3, -1);
        assertThat(text(CHUNK)).isNull();
        shape.learn(CHUNK.getBytes(StandardCharsets.UTF_8), "Hi", -1, -1);
        assertThat(text(CHUNK)).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a\\nb            | `a
            b`
            \\"\\\\\\/       | "\\/
            \\u00fC          | ü
            \\u4f60好        | 你好
            \\ud83d\\ude42 ü | 🙂 ü
            """)
    void understands_escapes(String json, String text) {
        learn(CHUNK);
        assertThat(text(CHUNK.replace("Hi", json))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = { "\\u12", "\\u12g4", "\\ud83d", "\\ude42\\ud83d", "\\ud83dx", "\\q", "\uFFFD", "\\uFFFD", "a\"b" })
    void leaves_to_a_parser_what_only_a_parser_can_judge(String json) {
        learn(CHUNK);
        assertThat(text(CHUNK.replace("Hi", json))).isNull();
    }

    private void learn(String chunk) {
        shape.learn(chunk.getBytes(StandardCharsets.UTF_8), "Hi", chunk.indexOf("\"Hi"), chunk.indexOf("\"xyz"));
    }

    /** Reads a chunk in the middle of other bytes. */
    private String text(String chunk) {
        byte[] bytes = ("..." + chunk + "...").getBytes(StandardCharsets.UTF_8);
        return shape.text(bytes, 3, bytes.length - 3);
    }
}
