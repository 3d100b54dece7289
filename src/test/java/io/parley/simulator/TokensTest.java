package io.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TokensTest {

    @Property
    void pieces_are_the_whole_text_and_cut_no_character(@ForAll String text, @ForAll @IntRange(min = 1, max = 5) int size) {
        List<String> pieces = Tokens.stream(text, size).toList();

        assertThat(String.join("", pieces)).isEqualTo(text);
        assertThat(pieces).hasSize(Tokens.pieces(text, size));
        int characters = pieces.stream().mapToInt(piece -> piece.codePointCount(0, piece.length())).sum();
        assertThat(characters).isEqualTo(text.codePointCount(0, text.length()));
    }

    @Property
    void the_first_tokens_are_as_many_as_asked_for(@ForAll String text, @ForAll @IntRange(min = 0, max = 50) int tokens) {
        String first = Tokens.first(text, tokens);

        assertThat(text).startsWith(first);
        assertThat(Tokens.count(first)).isEqualTo(Math.min(tokens, Tokens.count(text)));
    }
}
