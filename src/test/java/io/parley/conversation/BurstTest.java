package io.parley.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BurstTest {
    @Test
    void of_two_thousand_at_once_one_is_told() {
        Burst burst = new Burst(Duration.ofMinutes(5));

        List<OptionalInt> told = Stream.generate(burst::next).limit(2_000).toList();

        assertThat(told.getFirst()).hasValue(0);
        assertThat(told.stream().skip(1)).containsOnly(OptionalInt.empty());
    }

    @Test
    void after_the_silence_the_next_one_is_told() {
        Burst burst = new Burst(Duration.ZERO);

        assertThat(burst.next()).hasValue(0);
        assertThat(burst.next()).hasValue(0);
    }
}
