package io.parley.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Stored JSON that is cut by bytes gives the beginning of its text. */
class CutJsonTest {
    @Property(tries = 2000)
    void a_text_that_is_cut_anywhere_is_a_beginning_of_the_text(@ForAll("texts") String text, @ForAll int anywhere) {
        String json = Json.write(Json.object().textNode(text));
        byte[] whole = json.substring(1, json.length() - 1).getBytes(UTF_8);
        int cut = Math.floorMod(anywhere, whole.length + 1);
        String read = CutJson.text(new String(Arrays.copyOf(whole, cut), UTF_8));
        assertThat(text).startsWith(read);
        assertThat(read).doesNotContain("\uFFFD");
        assertThat(CutJson.text(new String(whole, UTF_8))).isEqualTo(text);
        // At most one character is lost, and no character is longer than six bytes here.
        assertThat(read.getBytes(UTF_8).length * 6).isGreaterThanOrEqualTo(cut - 6);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(Arbitraries.of("\\", "\"", "\n", "\t", "\u0001", "u", "n", "😀", "漢", "é", "\u2028", "/"),
                Arbitraries.integers().between(0, Character.MAX_CODE_POINT)
                        .filter(point -> (point < 0xD800 || point > 0xDFFF) && point != 0xFFFD).map(Character::toString))
                .list().ofMaxSize(20).map(parts -> String.join("", parts));
    }
}
