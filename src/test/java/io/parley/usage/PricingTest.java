package io.parley.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Cost;
import io.parley.conversation.Usage;
import io.parley.provider.Prices;
import io.parley.testing.Models;
import java.math.BigDecimal;
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
}
