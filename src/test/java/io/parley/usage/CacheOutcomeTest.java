package io.parley.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.ContextReport;
import io.parley.conversation.Usage;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheOutcomeTest {

    private static boolean missed(long expected, long cached, boolean estimated) {
        return CacheOutcome.isMissed(new ContextReport("full", 1, 2_000, 0, 0, 2_000, expected, null, null, false, List.of()),
                new Usage(2_000, cached, 0, 10, 0, estimated));
    }

    @Test
    void a_little_less_than_expected_is_no_miss() {
        assertThat(missed(1_000, 1_000, false)).isFalse();
        assertThat(missed(1_000, 800, false)).isFalse();
        assertThat(missed(1_000, 799, false)).isTrue();
    }

    @Test
    void where_nothing_was_expected_or_nothing_was_reported_nothing_is_missed() {
        assertThat(missed(0, 0, false)).isFalse();
        assertThat(missed(1_000, 0, true)).isFalse();
    }
}
