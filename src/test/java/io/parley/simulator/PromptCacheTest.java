package io.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.simulator.PromptCache.CacheUse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PromptCacheTest {
    private Instant now = Instant.EPOCH;
    private final InstantSource clock = () -> now;
    private final PromptCache cache = new PromptCache(clock);

    @Test
    void a_mark_looks_back_twenty_blocks_itself_included() {
        assertThat(cache.marked(blocks(3, 3))).isEqualTo(new CacheUse(0, 3000));
        assertThat(cache.marked(blocks(23, 23))).isEqualTo(new CacheUse(0, 23_000));
        assertThat(cache.marked(blocks(42, 42))).isEqualTo(new CacheUse(23_000, 19_000));
        assertThat(cache.marked(blocks(22, 22))).isEqualTo(new CacheUse(3000, 19_000));
    }

    @Test
    void any_of_the_marks_may_find_what_is_known() {
        assertThat(cache.marked(blocks(3, 3)).read()).isZero();
        assertThat(cache.marked(blocks(60, 5, 60))).isEqualTo(new CacheUse(3000, 57_000));
    }

    @Test
    void too_short_a_prefix_is_neither_written_nor_read() {
        assertThat(cache.marked(blocks(1, 1))).isEqualTo(new CacheUse(0, 0));
        assertThat(cache.marked(blocks(2, 1, 2))).isEqualTo(new CacheUse(0, 2000));
        assertThat(cache.marked(blocks(1, 1))).isEqualTo(new CacheUse(0, 0));
    }

    @Test
    void a_hit_keeps_the_shorter_marked_prefixes_alive() {
        assertThat(cache.marked(blocks(9, 3, 9)).read()).isZero();
        now = now.plus(Duration.ofMinutes(4));
        assertThat(cache.marked(blocks(9, 3, 9))).isEqualTo(new CacheUse(9000, 0));
        now = now.plus(Duration.ofMinutes(4));
        assertThat(cache.marked(blocks(3, 3))).isEqualTo(new CacheUse(3000, 0));
        now = now.plus(Duration.ofMinutes(4));
        assertThat(cache.marked(blocks(9, 9))).isEqualTo(new CacheUse(3000, 6000));
    }

    @Test
    void what_was_idle_longest_makes_room() {
        Prefix first = blocks(3, 3);
        assertThat(cache.marked(first).read()).isZero();
        for (int i = 0; i < 50_000; i++) {
            Prefix other = new Prefix("other " + i);
            other.addBlock("x", 2000, true);
            assertThat(cache.marked(other).read()).isZero();
        }
        assertThat(cache.marked(first)).isEqualTo(new CacheUse(0, 3000));
    }

    @Property(tries = 200)
    void texts_share_the_steps_that_their_common_start_fills(@ForAll @IntRange(max = 12_000) int common,
            @ForAll @IntRange(max = 3000) int rest) {
        String start = "🙂a".repeat(common / 2);
        PromptCache fresh = new PromptCache(clock);
        assertThat(fresh.automatic(text(start + "b".repeat(rest) + "!")).read()).isZero();
        int expected = start.codePointCount(0, start.length()) / 4 / 128 * 128;
        assertThat(fresh.automatic(text(start + "c".repeat(rest) + "?")).read()).isEqualTo(expected < 1024 ? 0 : expected);
    }

    @Test
    void what_is_equal_only_as_a_whole_counts_at_its_end() {
        Prefix first = text("x".repeat(4000));
        first.addWhole("image", 765);
        assertThat(cache.automatic(first).read()).isZero();
        Prefix same = text("x".repeat(4000));
        same.addWhole("image", 765);
        assertThat(cache.automatic(same).read()).isEqualTo(1664);
        Prefix other = text("x".repeat(4000));
        other.addWhole("other", 765);
        assertThat(cache.automatic(other).read()).isZero();
    }

    private static Prefix text(String text) {
        Prefix prefix = new Prefix("k");
        prefix.addText(text);
        return prefix;
    }

    // Of a thousand tokens each.
    private static Prefix blocks(int count, Integer... marked) {
        Prefix prefix = new Prefix("k");
        for (int i = 1; i <= count; i++) {
            prefix.addBlock("block " + i, 1000, Set.of(marked).contains(i));
        }
        return prefix;
    }
}
