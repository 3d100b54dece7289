package io.parley.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Cost;
import io.parley.conversation.Usage;
import io.parley.provider.Prices;
import io.parley.testing.Models;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PricingTest {
    private static final Prices PRICES = new Prices(new BigDecimal("3"), new BigDecimal("0.3"), new BigDecimal("3.75"),
            new BigDecimal("15"), "USD");

    @Test
    void cached_and_written_tokens_have_their_own_price_and_are_not_counted_twice() {
        Usage usage = new Usage(1_000, 600, 300, 10, 0, false);
        assertThat(Pricing.cost(Models.priced(PRICES), usage)).isEqualTo(new Cost(new BigDecimal("0.001755"), "USD"));
    }

    @Test
    void nothing_used_costs_nothing_and_is_written_plainly() {
        assertThat(Pricing.cost(Models.priced(PRICES), Usage.NONE)).isEqualTo(new Cost(new BigDecimal("0"), "USD"));
        Usage much = new Usage(1_000_000_000, 0, 0, 0, 0, false);
        Cost cost = Pricing.cost(Models.priced(PRICES), much);
        assertThat(cost).isNotNull();
        assertThat(cost.amount().toString()).isEqualTo("3000");
    }

    @Test
    void unknown_prices_give_no_cost() {
        assertThat(Pricing.cost(Models.priced(null), Usage.NONE)).isNull();
    }

    /** OpenAI before 5.6: writing has no price of its own. */
    private static final Prices WRITING_IS_FREE = new Prices(new BigDecimal("1.50"), new BigDecimal("0.15"),
            new BigDecimal("1.50"), new BigDecimal("12"), "USD");
    /** OpenAI until 4.1: reading costs half. */
    private static final Prices READING_HALF = new Prices(new BigDecimal("2.50"), new BigDecimal("1.25"),
            new BigDecimal("2.50"), new BigDecimal("10"), "USD");
    /** OpenAI from 5.6 on, as Anthropic: writing costs a quarter more. */
    private static final Prices WRITING_COSTS_MORE = new Prices(new BigDecimal("1.75"), new BigDecimal("0.175"),
            new BigDecimal("2.1875"), new BigDecimal("14"), "USD");
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private static Cost usd(String amount) {
        return new Cost(new BigDecimal(amount), "USD");
    }

    @Test
    void each_structure_of_prices_is_kept_to() {
        Usage usage = new Usage(10_000, 6_000, 3_000, 100, 50, false);
        assertThat(Pricing.cost(Models.cached(WRITING_IS_FREE, LIFETIME, 1024), usage)).isEqualTo(usd("0.0081"));
        assertThat(Pricing.cost(Models.cached(READING_HALF, LIFETIME, 1024), usage)).isEqualTo(usd("0.0185"));
        assertThat(Pricing.cost(Models.cached(WRITING_COSTS_MORE, LIFETIME, 1024), usage)).isEqualTo(usd("0.0107625"));
        assertThat(Pricing.cost(Models.cached(PRICES, LIFETIME, 1024), usage)).isEqualTo(usd("0.01755"));
    }

    @Test
    void an_input_that_is_not_known_yet_is_written_as_far_as_it_stays_the_same() {
        assertThat(Pricing.input(Models.cached(WRITING_COSTS_MORE, LIFETIME, 1024), 10_000, 6_000, 9_000))
                .isEqualTo(usd("0.0093625"));
        assertThat(Pricing.input(Models.cached(WRITING_IS_FREE, LIFETIME, 1024), 10_000, 6_000, 9_000))
                .isEqualTo(usd("0.0069"));
        assertThat(Pricing.input(Models.cached(READING_HALF, LIFETIME, 1024), 10_000, 0, 10_000)).isEqualTo(usd("0.025"));
    }

    @Test
    void what_is_too_short_for_the_cache_or_has_none_is_not_written() {
        assertThat(Pricing.input(Models.cached(PRICES, LIFETIME, 1024), 1_000, 0, 1_000)).isEqualTo(usd("0.003"));
        assertThat(Pricing.input(Models.cached(PRICES, LIFETIME, 1000), 1_000, 0, 1_000)).isEqualTo(usd("0.00375"));
        assertThat(Pricing.input(Models.cached(PRICES, null, 0), 1_000, 0, 1_000)).isEqualTo(usd("0.003"));
        assertThat(Pricing.input(Models.priced(PRICES), 1_000)).isEqualTo(usd("0.003"));
        assertThat(Pricing.input(Models.priced(null), 1_000)).isNull();
    }
}
