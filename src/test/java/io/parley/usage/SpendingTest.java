package io.parley.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Cost;
import io.parley.conversation.Usage;
import io.parley.provider.Model;
import io.parley.provider.Prices;
import io.parley.testing.Models;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class SpendingTest {
    private static final Usage SOME = new Usage(1_000_000, 0, 0, 0, 0, false);
    private static final Usage NONE_KNOWN = new Usage(0, 0, 0, 0, 0, true);

    @Test
    void each_call_costs_what_its_own_model_does() {
        Spending both = Spending.NOTHING.plus(priced("3", "USD"), SOME).plus(priced("0.25", "USD"), SOME);
        assertThat(both).isEqualTo(new Spending(new Usage(2_000_000, 0, 0, 0, 0, false), usd("3.25")));
    }

    @Test
    void a_call_that_used_nothing_changes_nothing_whatever_its_price() {
        Spending used = Spending.NOTHING.plus(priced("3", "USD"), SOME);
        assertThat(used.plus(Models.priced(null), NONE_KNOWN)).isEqualTo(used);
        assertThat(Spending.NOTHING.plus(Models.priced(null), NONE_KNOWN).plus(priced("3", "USD"), SOME)).isEqualTo(used);
    }

    @Test
    void one_call_alone_is_what_it_is() {
        assertThat(Spending.NOTHING.plus(priced("3", "USD"), NONE_KNOWN)).isEqualTo(new Spending(NONE_KNOWN, usd("0")));
        assertThat(Spending.NOTHING.plus(Models.priced(null), SOME)).isEqualTo(new Spending(SOME, null));
    }

    @Test
    void what_is_not_known_to_cost_or_costs_in_two_currencies_has_no_sum() {
        assertThat(Spending.NOTHING.plus(priced("3", "USD"), SOME).plus(Models.priced(null), SOME).cost()).isNull();
        assertThat(Spending.NOTHING.plus(Models.priced(null), SOME).plus(priced("3", "USD"), SOME).cost()).isNull();
        assertThat(Spending.NOTHING.plus(priced("3", "USD"), SOME).plus(priced("3", "EUR"), SOME).cost()).isNull();
    }

    private static Cost usd(String amount) {
        return new Cost(new BigDecimal(amount), "USD");
    }

    private static Model priced(String input, String currency) {
        return Models.priced(new Prices(new BigDecimal(input), BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, currency));
    }
}
