package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PassagesTest {

    @Property
    void passages_are_few_and_whole_and_together_all_of_the_text(@ForAll("texts") String user, @ForAll("texts") String reply) {
        List<String> passages = Passages.of(user, reply);
        int whole = user.length() + reply.length() + 2;
        assertThat(passages).hasSizeLessThanOrEqualTo(Passages.MOST).allSatisfy(passage -> {
            assertThat(passage).isNotBlank();
            assertThat(passage.length()).isLessThanOrEqualTo(Math.max(500, (whole + 2) / 3) + 200);
            assertThat(Character.isLowSurrogate(passage.charAt(0))).isFalse();
            assertThat(Character.isHighSurrogate(passage.charAt(passage.length() - 1))).isFalse();
        });
        assertThat(solid(String.join("", passages))).isEqualTo(solid(user + reply));
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> words = Arbitraries.of("a", "word", " ", "\n", "\t\t", "🙂", "日本語", "longerthanmostwords",
                " ".repeat(90),
                "x".repeat(200), "🙂".repeat(70));
        return words.list().ofMaxSize(120).map(list -> String.join("", list));
    }

    private static String solid(String text) {
        return text.codePoints().filter(c -> !Character.isWhitespace(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    @Test
    void what_is_short_is_one_passage() {
        assertThat(Passages.of("My dog is called Bello.", "A nice name!"))
                .containsExactly("My dog is called Bello.", "A nice name!");
        assertThat(Passages.of("Hello", " ")).containsExactly("Hello");
        assertThat(Passages.of("", "Hello")).containsExactly("Hello");
    }

    @Test
    void what_the_user_says_is_cut_finer_and_between_sentences() {
        String user = "We had a long talk about the weather over lunch today. It rained all morning and the garden is flooded. "
                + "By the way, my locker code is 4711. The neighbours have bought a boat, which made everybody laugh a lot.";
        assertThat(Passages.of(user, "")).hasSize(2).allSatisfy(passage -> assertThat(passage).endsWith("."));
    }

    @Test
    void nothing_said_is_no_passage() {
        assertThat(Passages.of("", "")).isEmpty();
        assertThat(Passages.of(" \n", "\t")).isEmpty();
    }

    @Test
    void a_longer_turn_is_cut_between_words_into_parts_of_about_one_length() {
        List<String> passages = Passages.of("alpha ".repeat(100), "omega ".repeat(150));
        assertThat(passages).hasSize(6)
                .allSatisfy(passage -> assertThat(passage.split("\\s+")).containsAnyOf("alpha", "omega"));
        assertThat(passages.getFirst()).startsWith("alpha");
        assertThat(Passages.of("word ".repeat(20_000), "")).hasSize(5).allSatisfy(
                passage -> assertThat(passage.length()).isBetween(19_800, 20_200));
    }

    @Test
    void a_text_without_white_space_is_cut_between_characters() {
        assertThat(Passages.of("x" + "🙂".repeat(600), "")).hasSize(5).allSatisfy(
                passage -> assertThat(passage.codePoints()).contains(0x1F642).allMatch(c -> c == 'x' || c == 0x1F642));
    }

    @Test
    void a_part_that_is_only_white_space_is_left_out() {
        assertThat(Passages.of("a" + " ".repeat(5_000) + "b", "")).containsExactly("a", "b");
    }
}
