package io.parley.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.parley.provider.Counting;
import io.parley.provider.Model;
import io.parley.provider.Prices;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.jspecify.annotations.Nullable;

class CacheEconomicsTest {
    private static final CacheEconomics ANTHROPIC = CacheEconomics.of(model("3", "0.30", "3.75", Duration.ofMinutes(5)));

    @Test
    void a_step_is_the_square_root_of_what_a_cut_costs_over_what_carrying_costs() {
        assertThat(ANTHROPIC.step(450, 9_000)).isCloseTo(Math.sqrt(2 * (1.25 - 0.1) / 0.1 * 450 * 9_000), within(1e-6));
        CacheEconomics half = CacheEconomics.of(model("2.50", "1.25", "2.50", Duration.ofMinutes(5)));
        assertThat(half.step(450, 9_000)).isCloseTo(Math.sqrt(2 * 450 * 9_000), within(1e-6));
    }

    @Test
    void without_a_cache_or_its_prices_nothing_more_is_carried() {
        assertThat(CacheEconomics.of(model("3", "0.30", "3.75", null)).step(450, 9_000)).isZero();
        assertThat(CacheEconomics.of(model("3", "3", "3", Duration.ofMinutes(5))).step(450, 9_000)).isZero();
        assertThat(CacheEconomics.of(model("0", "0", "0", Duration.ofMinutes(5))).step(450, 9_000)).isZero();
        Model unpriced = new Model("m", "p", "m", "o200k_base", 1000, 100, null, Duration.ofMinutes(5), 0, Set.of(),
                Counting.ESTIMATED);
        assertThat(CacheEconomics.of(unpriced).step(450, 9_000)).isZero();
        assertThat(CacheEconomics.of(unpriced).keptUnder(450, 8_000)).isEqualTo(8_000);
    }

    @Test
    void reading_for_nothing_is_no_reason_to_carry_everything() {
        CacheEconomics free = CacheEconomics.of(model("3", "0", "3", Duration.ofMinutes(5)));
        assertThat(free.step(450, 9_000)).isFinite();
    }

    @Property(tries = 300)
    void what_is_kept_and_the_step_together_are_the_ceiling(@ForAll @DoubleRange(min = 1, max = 5_000) double growth,
            @ForAll @DoubleRange(min = 10, max = 1_000_000) double ceiling) {
        double kept = ANTHROPIC.keptUnder(growth, ceiling);
        assertThat(kept).isBetween(0.0, ceiling);
        assertThat(kept + ANTHROPIC.step(growth, kept)).isCloseTo(ceiling, within(ceiling * 1e-6));
    }

    /** By trying: no other step costs less a turn, in the long run, than the one that is chosen. */
    @Property(tries = 100)
    void no_other_step_is_cheaper(@ForAll @DoubleRange(min = 50, max = 2_000) double growth,
            @ForAll @DoubleRange(min = 1_000, max = 50_000) double kept,
            @ForAll @DoubleRange(min = 0.1, max = 4) double factor) {
        double step = ANTHROPIC.step(growth, kept);
        assertThat(costOfATurn(growth, kept, step * factor)).isGreaterThanOrEqualTo(costOfATurn(growth, kept, step) - 1e-6);
    }

    private static double costOfATurn(double growth, double kept, double step) {
        return 0.1 * step / 2 + (1.25 - 0.1) * kept * growth / step;
    }

    @Test
    void a_summary_has_a_price_of_its_own_with_a_cache_or_without() {
        assertThat(ANTHROPIC.stepWithCost(450, 3_000, 2_500)).isGreaterThan(ANTHROPIC.step(450, 3_000));
        assertThat(ANTHROPIC.stepWithCost(450, 3_000, 0)).isCloseTo(ANTHROPIC.step(450, 3_000), within(1e-6));
        CacheEconomics uncached = CacheEconomics.of(model("3", "3", "3", null));
        assertThat(uncached.stepWithCost(450, 3_000, 2_500)).isCloseTo(Math.sqrt(2 * 2_500 * 450), within(1e-6));
    }

    private static Model model(String input, String cached, String written, @Nullable Duration lifetime) {
        Prices prices = new Prices(new BigDecimal(input), new BigDecimal(cached), new BigDecimal(written), new BigDecimal("15"),
                "USD");
        return new Model("m", "p", "m", "o200k_base", 1000, 100, prices, lifetime, 0, Set.of(), Counting.ESTIMATED);
    }
}
