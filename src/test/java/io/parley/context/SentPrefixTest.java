package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.context.Segment.Kind;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SentPrefixTest {

    @Property(tries = 200)
    void however_long_it_is_bounded_and_finds_what_has_changed(@ForAll @IntRange(min = 1, max = 900) int messages,
            @ForAll @IntRange(min = 0, max = 20) int more, @ForAll @IntRange(min = 1, max = 900) int changed) {
        List<Segment> segments = segments(messages, 0);
        SentPrefix sent = SentPrefix.of(segments);
        assertThat(sent.segments()).hasSizeLessThanOrEqualTo(SentPrefix.MOST_MESSAGES + 2);
        assertThat(sent.newest()).isEqualTo(messages);
        SentPrefix.Common same = sent.commonWith(segments(messages + more, 0));
        assertThat(same.difference()).isNull();
        assertThat(same.segments().stream().mapToLong(Segment::tokens).sum())
                .isEqualTo(segments.stream().mapToLong(Segment::tokens).sum());
        SentPrefix.Common other = sent.commonWith(segments(messages + more, changed));
        if (changed > messages) {
            assertThat(other.difference()).isNull();
        } else if (changed > messages - SentPrefix.MOST_MESSAGES) {
            assertThat(other.difference()).isEqualTo("message m" + changed);
        } else {
            assertThat(other.difference()).isEqualTo("a message up to m" + (messages - SentPrefix.MOST_MESSAGES));
        }
    }

    private static List<Segment> segments(int messages, int edited) {
        List<Segment> segments = new ArrayList<>(List.of(Segment.of(Kind.SYSTEM, "Be kind.", 3)));
        for (int i = 1; i <= messages; i++) {
            segments.add(new Segment(Kind.MESSAGE, i + "." + (i == edited ? 2 : 1) + ".1", i % 7));
        }
        return segments;
    }

    @Test
    void what_was_recalled_is_no_part_of_it() {
        List<Segment> segments = new ArrayList<>(segments(3, 0));
        segments.add(Segment.of(Kind.RECALLED, "old", 9));
        assertThat(SentPrefix.of(segments)).isEqualTo(SentPrefix.of(segments(3, 0)));
    }

    @Test
    void every_segment_has_a_name_for_people() {
        for (Kind kind : Kind.values()) {
            assertThat(new Segment(kind, "12.1.1", 1).label()).isNotBlank();
        }
        assertThat(SentPrefix.NOTHING.commonWith(List.of()).difference()).isNull();
        assertThat(SentPrefix.NOTHING.newest()).isZero();
        assertThat(SentPrefix.of(List.of(Segment.of(Kind.TOOLS, "t", 1))).commonWith(List.of()).difference())
                .isEqualTo("tools");
    }
}
