package io.parley.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.ContextReport;
import io.parley.conversation.Usage;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class WholeInputTest {

    private static ContextReport report(long sent, long whole) {
        return new ContextReport("token-budget", 3, sent, 0, whole - sent, whole, 0, null, null, false, List.of());
    }

    private static Usage used(long input) {
        return new Usage(input, 0, 0, 10, 0, false);
    }

    @Property
    void it_is_the_reported_input_where_everything_was_sent(@ForAll @LongRange(max = 100_000_000) long reported,
            @ForAll @LongRange(max = 100_000_000) long counted) {
        assertThat(WholeInput.tokens(report(counted, counted), used(reported)))
                .isEqualTo(reported == 0 ? counted : reported);
    }

    @Property
    void it_is_as_many_times_the_report_as_the_whole_is_the_sent(@ForAll @LongRange(min = 1, max = 1_000_000) long sent,
            @ForAll @LongRange(max = 1_000_000) long omitted, @ForAll @LongRange(min = 1, max = 1_000_000) long reported) {
        long whole = WholeInput.tokens(report(sent, sent + omitted), used(reported));

        assertThat(whole).isGreaterThanOrEqualTo(reported);
        assertThat((double) whole / reported).isBetween((sent + omitted) / (double) sent - 0.51 / reported,
                (sent + omitted) / (double) sent + 0.51 / reported);
    }

    @Test
    void without_a_report_it_is_the_own_count() {
        assertThat(WholeInput.tokens(report(100, 250), null)).isEqualTo(250);
        assertThat(WholeInput.tokens(report(100, 250), used(0))).isEqualTo(250);
        assertThat(WholeInput.tokens(report(0, 0), used(7))).isEqualTo(7);
        assertThat(WholeInput.tokens(report(100, 250), used(80))).isEqualTo(200);
    }
}
