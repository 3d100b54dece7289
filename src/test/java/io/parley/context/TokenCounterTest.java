package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.RawJson;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TokenCounterTest {
    private final TokenCounter counter = new TokenCounter();

    @Test
    void counts_as_the_published_encodings_do() {
        assertThat(counter.countNow("hello world", "o200k_base")).isEqualTo(2);
        assertThat(counter.countNow("hello world", "cl100k_base")).isEqualTo(2);
        assertThat(counter.countNow("", "o200k_base")).isZero();
    }

    @Test
    void a_special_token_in_a_users_text_is_plain_text() {
        assertThat(counter.countNow("<|endoftext|>", "o200k_base")).isGreaterThan(1);
    }

    @Test
    void an_encoding_that_is_not_public_gets_a_margin() {
        String text = "The quick brown fox jumps over the lazy dog. ".repeat(20);
        int reference = counter.countNow(text, "o200k_base");
        assertThat(counter.countNow(text, "claude")).isEqualTo((int) Math.ceil(reference * 1.3));
    }

    @Test
    void long_text_is_counted_in_pieces_with_little_error() {
        String text = "The quick brown fox jumps over the lazy dog. ".repeat(1_000);
        int whole = 10 * 1_000;
        assertThat(counter.countNow(text, "o200k_base")).isBetween(whole - 50, whole + 50);
        String unbroken = "a".repeat(100_000);
        assertThat(counter.countNow(unbroken, "o200k_base")).isPositive();
    }

    @Property(tries = 200)
    void counts_every_text_even_one_cut_between_surrogates(@ForAll String text) {
        String repeated = (text + "\uD83D\uDE00").repeat(500);
        assertThat(counter.countNow(repeated, "o200k_base")).isPositive();
    }

    @Test
    void counts_every_kind_of_block() {
        List<Content> blocks = List.of(new Content.Text("one two"), new Content.Refusal("no"),
                new Content.Thinking("p", "hm", null), new Content.Opaque("p", new RawJson("{\"a\":1}")),
                new Content.ToolCall("c", "lookup", new RawJson("{\"q\":\"x\"}")),
                new Content.ToolResult("c", List.of(new Content.Text("42")), false),
                new Content.Image(new ImageSource.Url("https://example.org/a.png")),
                new Content.Image(new ImageSource.Stored("ab", "image/png", 10, 750, 100)));
        for (Content block : blocks) {
            assertThat(counter.count(List.of(block), "o200k_base").await().indefinitely().tokens()).isGreaterThan(4);
        }
        assertThat(counter.countNow(blocks, "o200k_base").tokens()).isGreaterThan(1_700);
    }

    @Test
    void an_image_costs_by_its_size_up_to_a_ceiling() {
        assertThat(image(750, 100)).isEqualTo(4 + 104);
        assertThat(image(5_000, 5_000)).isEqualTo(4 + 1_600);
        assertThat(image(0, 0)).isEqualTo(4 + 1_600);
    }

    private int image(int width, int height) {
        Content image = new Content.Image(new ImageSource.Stored("ab", "image/png", 10, width, height));
        return counter.countNow(List.of(image), "o200k_base").tokens();
    }
}
