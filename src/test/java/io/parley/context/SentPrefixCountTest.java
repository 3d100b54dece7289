package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.context.Segment.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentPrefixCountTest {

    private static List<Segment> sent(int messages) {
        List<Segment> segments = new ArrayList<>(List.of(new Segment(Kind.SYSTEM, "s", 5)));
        for (int i = 1; i <= messages; i++) {
            segments.add(new Segment(Kind.MESSAGE, i + ".1.1", 10));
        }
        return segments;
    }

    private static int known(List<Segment> before, List<Segment> now) {
        return SentPrefix.of(before).commonWith(now).count(now);
    }

    @Test
    void what_was_sent_before_is_counted_segment_by_segment() {
        assertThat(known(sent(3), sent(5))).isEqualTo(4);
        assertThat(known(List.of(), sent(5))).isZero();
        assertThat(known(sent(0), sent(5))).isEqualTo(1);
    }

    @Test
    void messages_that_are_remembered_as_one_count_each() {
        assertThat(known(sent(400), sent(402))).isEqualTo(401);
    }

    @Test
    void what_is_brought_back_for_an_input_that_was_sent_before_is_not_known() {
        List<Segment> again = sent(3);
        again.add(new Segment(Kind.RECALLED, "r", 50));
        assertThat(known(sent(3), again)).isEqualTo(4);
        assertThat(known(sent(400), again)).isEqualTo(1);
    }
}
