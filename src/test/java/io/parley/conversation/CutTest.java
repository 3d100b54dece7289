package io.parley.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cut leaves whole characters. */
class CutTest {

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({ "abc,3,abc", "abc,4,abc", "abc,2,ab", "abc,0,''", "'',1,''", "a😀b,2,a", "a😀b,3,a😀",
            "e\u0301e\u0301,3,e\u0301",
            "🇩🇪🇫🇷,7,🇩🇪", "🇩🇪🇫🇷,6,🇩🇪", "👩‍👩‍👧x,7,''", "👩‍👩‍👧x,8,👩‍👩‍👧", "👍🏽👍🏽,6,👍🏽", "각각,1,각",
            "\u1100\u1161\u11a8\u1100\u1161,4,\u1100\u1161\u11a8",
            "1️⃣2️⃣,5,1️⃣" })
    void a_cut_keeps_characters_whole(String text, int most, String beginning) {
        assertThat(Cut.beginning(text, most)).isEqualTo(beginning);
    }

    @ParameterizedTest
    @CsvSource({ "e, \u0301", "😀, \u200d", "a, \u20dd" })
    void a_character_without_an_end_is_cut_between_its_code_points(String base, String mark) {
        assertThat(Cut.beginning(base + mark.repeat(1000), 500)).hasSize(500);
    }

    @Property(tries = 300)
    void a_beginning_is_never_too_long_and_loses_less_than_a_character(@ForAll("texts") String text,
            @ForAll @IntRange(min = 0, max = 80) int most, @ForAll @IntRange(max = 2) int before) {
        String whole = "x".repeat(before * 5000) + text;
        int place = before * 5000 + most;
        String kept = Cut.beginning(whole, place);
        assertThat(whole).startsWith(kept);
        assertThat(kept.length()).isBetween(Math.min(whole.length(), place) - 64, place);
        assertThat(kept).doesNotMatch("(?s).*[\\ud800-\\udbff]");
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries
                .of("a", " ", "é", "e\u0301", "😀", "👩‍👩‍👧", "🇩🇪", "👍🏽", "漢", "각", "1️⃣", "\r\n", "🏴󠁧󠁢󠁥󠁮󠁧󠁿")
                .list().ofMaxSize(30)
                .map(parts -> String.join("", parts));
    }
}
