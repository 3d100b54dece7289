package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TurnVectorsTest {
    private static final QuantisedVector VECTOR = QuantisedVector.ofBytes(new byte[] { 1, -2, 127 });

    @Property
    void what_is_stored_is_what_comes_back(@ForAll long seed, @ForAll @IntRange(min = 1, max = 1536) int dimensions,
            @ForAll @IntRange(min = 1, max = 4) int count, @ForAll @LongRange(max = Long.MAX_VALUE - 9) long first,
            @ForAll @IntRange(max = 9) int more) {
        Random random = new Random(seed);
        List<QuantisedVector> vectors = Stream.generate(() -> {
            byte[] bytes = new byte[dimensions];
            random.nextBytes(bytes);
            return QuantisedVector.ofBytes(bytes);
        }).limit(count).toList();
        TurnVectors turn = new TurnVectors("openai/text-embedding-3-small", first, first + more, vectors);
        assertThat(TurnVectors.decode(turn.encode())).contains(turn);
    }

    @Property
    void anything_else_is_nothing(@ForAll String text) {
        assertThat(TurnVectors.decode(text)).isEmpty();
        assertThat(TurnVectors.decode("1|space|3|4|3|" + text + "!")).isEmpty();
    }

    @Test
    void the_form_of_version_1_stays_readable() {
        TurnVectors turn = new TurnVectors("all-minilm-l6-v2-q", 3, 4, List.of(VECTOR, VECTOR));
        assertThat(turn.encode()).isEqualTo("1|all-minilm-l6-v2-q|3|4|3|Af5/Af5/");
        assertThat(TurnVectors.decode("1|all-minilm-l6-v2-q|3|4|3|Af5/Af5/")).contains(turn);
        assertThat(turn.dimensions()).isEqualTo(3);
    }

    @Test
    void a_form_that_is_not_right_in_every_field_is_nothing() {
        for (String stored : List.of("", "1", "2|s|3|4|3|Af5/", "1|s|3|4|3|Af5/|", "1||3|4|3|Af5/", "1|a b|3|4|3|Af5/",
                "1|s|x|4|3|Af5/", "1|s|-1|4|3|Af5/", "1|s|5|4|3|Af5/", "1|s|3|99999999999999999999|3|Af5/", "1|s|3|4|0|Af5/",
                "1|s|3|4|2|Af5/", "1|s|3|4|3|", "1|s|3|4|3|A", "1|s|3|4|3|$$$$", "1|s|3|4|1|Af5/Af5/Af5/", "1|s|3|4|5000|",
                "1|" + "s".repeat(101) + "|3|4|3|Af5/", "1|s|3|4|3|" + "A".repeat(60_000))) {
            assertThat(TurnVectors.decode(stored)).as(stored).isEmpty();
        }
    }

    @Test
    void vectors_of_a_turn_are_alike_and_not_too_many() {
        QuantisedVector other = QuantisedVector.ofBytes(new byte[2]);
        QuantisedVector tooLong = QuantisedVector.ofBytes(new byte[4097]);
        for (List<QuantisedVector> vectors : List.of(List.<QuantisedVector> of(), List.of(VECTOR, other), List.of(tooLong),
                List.of(QuantisedVector.ofBytes(new byte[0])), Collections.nCopies(9, VECTOR))) {
            assertThatThrownBy(() -> new TurnVectors("s", 1, 2, vectors)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
