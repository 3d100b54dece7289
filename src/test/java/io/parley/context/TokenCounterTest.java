package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import io.parley.conversation.Content;
import io.parley.conversation.ImageSource;
import io.parley.conversation.RawJson;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void an_encoding_that_is_not_public_counts_as_the_reference_does_and_is_stored_as_such() {
        List<Content> content = List.of(new Content.Text("The quick brown fox jumps over the lazy dog. ".repeat(20)));
        assertThat(counter.countNow(content, "claude")).isEqualTo(counter.countNow(content, "o200k_base"));
        assertThat(counter.countNow(content, "cl100k_base").encoding()).isEqualTo("cl100k_base");
    }

    /** Each unit with how many tokens so many of them are by the published encoding, counted in one piece. */
    @ParameterizedTest
    @CsvSource({ "'The quick brown fox jumps over the lazy dog. ', 1, 10", "a, 8, 1", "A, 8, 1", "'\n', 16, 1", "' ', 128, 1",
            "😀, 1, 1", "7, 3, 1",
            "漢, 1, 1", "/, 64, 1" })
    void long_text_is_counted_in_pieces_with_little_error(String unit, int units, int tokens) {
        String text = unit.repeat(100_000 / unit.length());
        double whole = (double) text.length() / unit.length() / units * tokens;
        assertThat((double) counter.countNow(text, "o200k_base")).isCloseTo(whole, withinPercentage(1));
    }

    @Test
    void a_text_without_a_space_is_counted_in_pieces_with_little_error() {
        String letters = letters(64 * 1024);
        Encoding whole = Encodings.newLazyEncodingRegistry().getEncoding("o200k_base").orElseThrow();
        assertThat(counter.countNow(letters, "o200k_base")).isCloseTo(whole.countTokensOrdinary(letters), withinPercentage(1));
    }

    @Property(tries = 200)
    void no_piece_of_any_text_is_long_or_empty_or_cuts_a_character(@ForAll @StringLength(max = 300) String text,
            @ForAll @IntRange(min = 1, max = 200) int times) {
        String repeated = (text + "\uD83D\uDE00").repeat(times);
        for (int from = 0; from < repeated.length();) {
            int to = TokenCounter.pieceEnd(repeated, from);
            assertThat(to - from).isBetween(1, TokenCounter.PIECE);
            assertThat(to < repeated.length() && Character.isSurrogatePair(repeated.charAt(to - 1), repeated.charAt(to)))
                    .isFalse();
            from = to;
        }
    }

    @Test
    void long_text_and_the_first_use_of_an_encoding_are_counted_off_the_callers_thread() {
        assertThat(countingThread("short", "p50k_base")).isNotEqualTo(Thread.currentThread());
        assertThat(countingThread("short", "p50k_base")).isEqualTo(Thread.currentThread());
        assertThat(countingThread("long".repeat(600), "p50k_base")).isNotEqualTo(Thread.currentThread());
    }

    @Test
    void many_who_want_an_encoding_that_is_being_loaded_hold_one_thread_together() {
        List<Thread> threads = Uni.join().all(IntStream.range(0, 50)
                .mapToObj(_ -> counter.count(List.of(new Content.Text("short")), "r50k_base").map(_ -> Thread.currentThread()))
                .toList()).andCollectFailures().await().indefinitely();

        assertThat(threads.stream().filter(thread -> !thread.equals(Thread.currentThread())).distinct()).hasSize(1);
    }

    private Thread countingThread(String text, String encoding) {
        return counter.count(List.of(new Content.Text(text)), encoding).map(_ -> Thread.currentThread()).await()
                .indefinitely();
    }

    private static String letters(int length) {
        Random random = new Random(1);
        StringBuilder letters = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            letters.append((char) ('a' + random.nextInt(26)));
        }
        return letters.toString();
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
        assertThat(image(60_000, 60_000)).isEqualTo(4 + 1_600);
    }

    private int image(int width, int height) {
        Content image = new Content.Image(new ImageSource.Stored("ab", "image/png", 10, width, height));
        return counter.countNow(List.of(image), "o200k_base").tokens();
    }
}
