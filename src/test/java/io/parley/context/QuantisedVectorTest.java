package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class QuantisedVectorTest {

    @Property(tries = 300)
    void the_angle_stays_nearly_what_it_was(@ForAll long seed, @ForAll @IntRange(min = 64, max = 1536) int dimensions,
            @ForAll @IntRange(max = 100) int likeness) {
        Random random = new Random(seed);
        float[] one = random(random, dimensions);
        float[] other = random(random, dimensions);
        for (int i = 0; i < dimensions; i++) {
            other[i] = other[i] * (100 - likeness) / 100 + one[i] * likeness / 100;
        }
        assertThat(QuantisedVector.of(one).cosine(QuantisedVector.of(other))).isCloseTo(cosine(one, other), within(0.02));
    }

    @Property
    void what_is_stored_is_what_comes_back(@ForAll byte[] bytes) {
        QuantisedVector vector = QuantisedVector.ofBytes(bytes);
        assertThat(vector.bytes()).isEqualTo(bytes);
        assertThat(vector.dimensions()).isEqualTo(bytes.length);
        assertThat(QuantisedVector.ofBytes(vector.bytes())).isEqualTo(vector).hasSameHashCodeAs(vector);
    }

    @Test
    void the_length_of_a_vector_does_not_matter() {
        QuantisedVector vector = QuantisedVector.of(new float[] { 0.5f, -1, 0.25f });
        assertThat(vector.bytes()).containsExactly(64, -127, 32);
        assertThat(QuantisedVector.of(new float[] { 5, -10, 2.5f })).isEqualTo(vector);
        assertThat(QuantisedVector.of(new float[] { Float.MIN_VALUE, 0 }).bytes()).containsExactly(127, 0);
        assertThat(QuantisedVector.of(new float[] { -Float.MAX_VALUE, 0 }).bytes()).containsExactly(-127, 0);
    }

    @Test
    void what_has_no_direction_is_near_to_nothing() {
        QuantisedVector nothing = QuantisedVector.of(new float[2]);
        QuantisedVector something = QuantisedVector.of(new float[] { 1, 1 });
        assertThat(nothing.cosine(something)).isZero();
        assertThat(something.cosine(nothing)).isZero();
        assertThat(something.cosine(something)).isCloseTo(1, within(1e-9));
        assertThat(nothing).isNotEqualTo(something).isNotEqualTo("nothing");
    }

    @Test
    void what_cannot_be_compared_is_refused() {
        QuantisedVector two = QuantisedVector.of(new float[] { 1, 1 });
        assertThatThrownBy(() -> two.cosine(QuantisedVector.of(new float[1]))).isInstanceOf(IllegalArgumentException.class);
        for (float value : new float[] { Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY }) {
            assertThatThrownBy(() -> QuantisedVector.of(new float[] { 1, value }))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nobody_can_change_it() {
        byte[] bytes = { 1, 2 };
        QuantisedVector vector = QuantisedVector.ofBytes(bytes);
        bytes[0] = 9;
        vector.bytes()[1] = 9;
        assertThat(vector.bytes()).containsExactly(1, 2);
    }

    private static float[] random(Random random, int dimensions) {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static double cosine(float[] one, float[] other) {
        double dot = 0;
        double ones = 0;
        double others = 0;
        for (int i = 0; i < one.length; i++) {
            dot += (double) one[i] * other[i];
            ones += (double) one[i] * one[i];
            others += (double) other[i] * other[i];
        }
        return dot / Math.sqrt(ones * others);
    }
}
