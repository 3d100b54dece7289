package io.parley.provider.minilm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers are those of the tokeniser that came with the model (HuggingFace's, as of DJL 0.36.0). */
class WordPiecesTest {
    private static final WordPieces WORDS = words();

    private static WordPieces words() {
        try {
            return new WordPieces(MiniLm.vocabulary());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            my dog is called Bello | 2026 3899 2003 2170 4330 2080
            Héllo Wörld naïve café ÀÉÎ | 7592 2088 15743 7668 29347 2072
            你好世界 mixed 中文text | 100 100 1745 100 3816 1746 1861 3793
            İstanbul ıI ẞß straße ŒŒ ﬁ ﬂ | 9960 1104 2072 1096 19310 2358 27807 1107 29674 1984 1985
            emoji 😀 👨‍👩‍👧 test🎉ok | 7861 29147 2072 100 100 100
            supercalifragilisticexpialidocious antidisestablishmentarianism | 3565 9289 10128 29181 24411 4588 10288 19312 21273 10085 6313 3424 10521 4355 7875 13602 3672 12199 2964
            x_y__z snake_case CamelCase | 1060 1035 1061 1035 1035 1062 7488 1035 2553 19130 18382
            Ελληνικά Русский текст Ёлка й | 1159 29727 29727 24824 16177 18199 29726 14608 1195 29748 29747 29747 23925 15414 1197 15290 23925 29747 22919 1185 29436 28598 1188
            हिन्दी ภาษาไทย العربية עברית | 1339 29877 29863 29861 29878 100 1270 23673 29830 17149 29816 14498 19433 1259 29789 29811 29796 29813
            한국어 텍스트 가각 | 1469 30006 30021 29991 30014 30020 29999 30008 1467 30009 30020 29997 30017 30003 30017 1455 30006 29991 30006 30020
            ½ ² ™ © € £ ¥ ± × ÷ | 1092 1082 1580 1075 1574 1069 1071 1081 1095 1099
            ﷺ � replacement | 100 6110
            Ａｂｃ ｆｕｌｌｗｉｄｔｈ | 100 100
            """)
    void cuts_as_the_tokeniser_of_the_model_does(String text, String pieces) {
        assertThat(WORDS.of(text, 1000)).containsExactly(numbers(pieces));
    }

    @Test
    void drops_what_is_not_to_be_seen_and_takes_every_white_space_for_one() {
        assertThat(WORDS.of("my\u00a0dog\t\r\nis\u0000 cal\u200bled\ufffd", 1000))
                .containsExactly(WORDS.of("my dog is called", 1000));
    }

    @Test
    void names_of_special_pieces_are_text() {
        assertThat(WORDS.of("[SEP]", 1000)).containsExactly(1031, 19802, 1033);
    }

    @Test
    void a_word_that_is_too_long_or_of_unknown_parts_is_unknown_as_a_whole() {
        assertThat(WORDS.of("dog " + "a".repeat(101), 1000)).containsExactly(3899, WordPieces.UNKNOWN);
        assertThat(WORDS.of("a".repeat(100), 1000)).doesNotContain(WordPieces.UNKNOWN);
        assertThat(new WordPieces(Map.of("do", 1)).of("dog do", 9)).containsExactly(WordPieces.UNKNOWN, 1);
    }

    @Property
    void stops_where_it_shall(@ForAll String text) {
        int[] all = WORDS.of(text, Integer.MAX_VALUE);
        assertThat(WORDS.of(text, 3)).isEqualTo(Arrays.copyOf(all, Math.min(3, all.length)));
    }

    private static int[] numbers(String pieces) {
        return Arrays.stream(pieces.split(" ")).mapToInt(Integer::parseInt).toArray();
    }
}
