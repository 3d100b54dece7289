package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.parley.context.VectorIndex.Hit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VectorIndexTest {
    private static final String SPACE = "test";
    private static final long ALL = Long.MAX_VALUE;

    @Property(tries = 200)
    void finds_what_comparing_one_by_one_finds(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int dimensions,
            @ForAll @IntRange(max = 120) int turns, @ForAll @IntRange(min = 1, max = 50) int kept,
            @ForAll @IntRange(max = 12) int most, @ForAll @IntRange(max = 260) int before) {
        Random random = new Random(seed);
        VectorIndex index = new VectorIndex(SPACE, dimensions, kept);
        List<TurnVectors> all = turns(random, dimensions, turns);
        all.forEach(turn -> assertThat(index.add(turn)).isTrue());
        List<TurnVectors> newest = all.subList(Math.max(0, turns - kept), turns);
        QuantisedVector query = random.nextInt(20) == 0 ? QuantisedVector.of(new float[dimensions])
                : vector(random, dimensions);

        assertThat(index.size()).isEqualTo(newest.size());
        assertThat(index.nearest(query, most, before, 0.1)).isEqualTo(oneByOne(newest, query, most, before, 0.1));
        assertThat(index.nearest(query, 1000, ALL, -1)).isEqualTo(oneByOne(newest, query, 1000, ALL, -1));
    }

    private static List<Hit> oneByOne(List<TurnVectors> turns, QuantisedVector query, int most, long before,
            double threshold) {
        return turns.stream().filter(turn -> turn.last() < before)
                .map(turn -> new Hit(turn.first(), turn.last(),
                        turn.vectors().stream().mapToDouble(query::cosine).max().orElseThrow()))
                .filter(hit -> hit.score() >= threshold)
                .sorted(Comparator.comparingDouble((Hit hit) -> -hit.score()).thenComparing(hit -> -hit.last()))
                .limit(most).toList();
    }

    private static List<TurnVectors> turns(Random random, int dimensions, int count) {
        List<TurnVectors> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Few different vectors, so that some turns are equally near.
            turns.add(new TurnVectors(SPACE, 2L * i + 1, 2L * i + 2,
                    Stream.generate(() -> vector(random, dimensions)).limit(1 + random.nextInt(4)).toList()));
        }
        return turns;
    }

    private static QuantisedVector vector(Random random, int dimensions) {
        byte[] bytes = new byte[dimensions];
        for (int i = 0; i < dimensions; i++) {
            bytes[i] = (byte) (random.nextInt(3) - 1);
        }
        return QuantisedVector.ofBytes(bytes);
    }

    @Test
    void of_equally_near_turns_the_newest_comes_first() {
        VectorIndex index = new VectorIndex(SPACE, 2, 10);
        for (int i = 1; i <= 3; i++) {
            assertThat(index.add(turn(i, 1, 0))).isTrue();
        }
        assertThat(index.nearest(QuantisedVector.of(new float[] { 1, 0 }), 2, ALL, 0)).extracting(Hit::first)
                .containsExactly(3L, 2L);
    }

    @Test
    void takes_only_what_can_be_compared_and_comes_later() {
        VectorIndex index = new VectorIndex(SPACE, 2, 10);
        assertThat(index.add(turn(5, 1, 0))).isTrue();
        assertThat(index.add(turn(5, 1, 0))).isFalse();
        assertThat(index.add(turn(4, 1, 0))).isFalse();
        assertThat(index.add(turn(6, 1, 0, 1))).isFalse();
        assertThat(index.add(new TurnVectors("other", 6, 6, turn(6, 1, 0).vectors()))).isFalse();
        assertThat(index.size()).isEqualTo(1);
        assertThatThrownBy(() -> index.nearest(QuantisedVector.of(new float[3]), 1, ALL, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_index_without_turns_or_dimensions_is_refused() {
        assertThatThrownBy(() -> new VectorIndex(SPACE, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VectorIndex(SPACE, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takes_no_more_memory_than_the_newest_turns_need() {
        VectorIndex index = new VectorIndex(SPACE, 384, 100);
        Random random = new Random(1);
        turns(random, 384, 5_000).forEach(turn -> assertThat(index.add(turn)).isTrue());
        assertThat(index.size()).isEqualTo(100);
        assertThat(index.bytes()).isLessThan(100 * 4 * 384 * 2);
        assertThat(index.nearest(vector(random, 384), 1000, ALL, -1)).hasSize(100).extracting(Hit::first)
                .allMatch(first -> first > 2 * 4_900);
    }

    @Test
    void a_turn_is_as_near_as_its_nearest_passage() {
        VectorIndex index = new VectorIndex(SPACE, 2, 10);
        QuantisedVector away = QuantisedVector.of(new float[] { -1, 0 });
        QuantisedVector same = QuantisedVector.of(new float[] { 0, 1 });
        assertThat(index.add(new TurnVectors(SPACE, 1, 2, List.of(away, same, away)))).isTrue();
        Hit hit = index.nearest(same, 1, ALL, 0.9).getFirst();
        assertThat(hit.score()).isCloseTo(1, within(1e-9));
        assertThat(hit.last()).isEqualTo(2);
    }

    private static TurnVectors turn(long sequence, float... values) {
        return new TurnVectors(SPACE, sequence, sequence, List.of(QuantisedVector.of(values)));
    }
}
