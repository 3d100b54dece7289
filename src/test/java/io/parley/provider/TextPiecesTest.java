package io.parley.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TextPiecesTest {

    @Property
    void pieces_cut_anywhere_are_whole_characters_and_lose_nothing(@ForAll String text, @ForAll @IntRange(max = 9) int cut) {
        String sound = new String(text.getBytes(UTF_8), UTF_8) + "a🙂b🙂";
        int at = Math.min(cut, sound.length());
        TextPieces pieces = new TextPieces();
        String first = pieces.next(sound.substring(0, at));
        String second = pieces.next(sound.substring(at));
        assertThat(first + second).isEqualTo(sound);
        assertThat(new String(first.getBytes(UTF_8), UTF_8)).isEqualTo(first);
    }

    @Property
    void a_prefix_fits_and_is_the_longest(@ForAll String text, @ForAll @IntRange(max = 40) int bytes) {
        String sound = new String(text.getBytes(UTF_8), UTF_8) + "ü🙂日本";
        String prefix = TextPieces.prefix(sound, bytes);
        assertThat(sound).startsWith(prefix);
        assertThat(prefix.getBytes(UTF_8).length).isLessThanOrEqualTo(bytes).isEqualTo((int) TextPieces.utf8Length(prefix));
        if (prefix.length() < sound.length()) {
            String more = sound.substring(0, sound.offsetByCodePoints(prefix.length(), 1));
            assertThat(more.getBytes(UTF_8).length).isGreaterThan(bytes);
        }
    }

    @Test
    void a_half_that_finds_no_other_becomes_the_replacement_character() {
        TextPieces pieces = new TextPieces();
        assertThat(pieces.next("a\ud83d")).isEqualTo("a");
        assertThat(pieces.next("b\ude42")).isEqualTo("\ufffdb\ufffd");
        assertThat(pieces.next("")).isEmpty();
        assertThat(pieces.next(null)).isEmpty();
    }
}
