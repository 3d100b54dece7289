package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples are those of the providers' own pages, where they give any. */
class ImageRuleTest {
    private static final ImageRule TILES = new ImageRule.Tiles(85, 170);
    private static final ImageRule PATCHES = new ImageRule.Patches(BigDecimal.ONE, 1536);
    private static final List<ImageRule> RULES = List.of(TILES, PATCHES, ImageRule.Pixels.USUAL,
            new ImageRule.Tiles(2833, 5667), new ImageRule.Patches(new BigDecimal("2.46"), 1536));

    @ParameterizedTest
    @CsvSource({ "1024, 1024, 765", "2048, 4096, 1105", "4096, 2048, 1105", "512, 512, 255", "1, 1, 255", "513, 512, 425",
            "2048, 768, 1445", "100000, 1, 765" })
    void openais_tiles(int width, int height, int tokens) {
        assertThat(TILES.tokens(width, height)).isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource({ "1024, 1024, 1024", "1800, 2400, 1452", "2400, 1800, 1452", "32, 32, 1", "33, 32, 2", "1, 1, 1",
            "100000, 1, 1536" })
    void openais_patches(int width, int height, int tokens) {
        assertThat(PATCHES.tokens(width, height)).isEqualTo(tokens);
    }

    @Test
    void a_patch_costs_what_the_model_takes_for_it_rounded_up_once() {
        assertThat(new ImageRule.Patches(new BigDecimal("1.62"), 1536).tokens(1024, 1024)).isEqualTo(1659);
        assertThat(new ImageRule.Patches(new BigDecimal("1.62"), 1536).tokens(320, 320)).isEqualTo(162);
    }

    @ParameterizedTest
    @CsvSource({ "200, 200, 54", "1000, 1000, 1334", "1092, 1092, 1590", "1568, 784, 1600", "3136, 100, 105",
            "5000, 5000, 1600",
            "1, 1, 1" })
    void anthropics_pixels(int width, int height, int tokens) {
        assertThat(ImageRule.Pixels.USUAL.tokens(width, height)).isEqualTo(tokens);
    }

    @Test
    void an_image_of_unknown_size_counts_the_most_that_the_rule_can_give() {
        assertThat(TILES.tokens(0, 0)).isEqualTo(85 + 8 * 170);
        assertThat(PATCHES.tokens(0, 0)).isEqualTo(1536);
        assertThat(new ImageRule.Patches(new BigDecimal("1.62"), 1536).tokens(0, 0)).isEqualTo(2489);
        assertThat(ImageRule.Pixels.USUAL.tokens(0, 5)).isEqualTo(1600);
    }

    @Property(tries = 1000)
    void no_image_counts_nothing_or_more_than_one_of_unknown_size(@ForAll @IntRange(min = 1, max = 70_000) int width,
            @ForAll @IntRange(min = 1, max = 70_000) int height) {
        for (ImageRule rule : RULES) {
            assertThat(rule.tokens(width, height)).isBetween(1, rule.tokens(0, 0));
        }
    }
}
