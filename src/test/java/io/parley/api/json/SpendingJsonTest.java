package io.parley.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Cost;
import io.parley.conversation.Usage;
import io.parley.usage.SessionTotals;
import io.parley.usage.Total;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpendingJsonTest {
    private static final Cost DOLLARS = new Cost(new BigDecimal("0.25"), "USD");
    private static final Cost EUROS = new Cost(new BigDecimal("0.000001"), "EUR");

    private static String written(Cost... costs) {
        Total all = new Total(new Usage(5, 4, 3, 2, 1, false), List.of(costs));
        return Json.write(json -> {
            json.writeStartObject();
            SpendingJson.writeTotal(json, new SessionTotals(2, all, new Total(Usage.NONE, List.of())));
            json.writeEndObject();
        });
    }

    @Test
    void one_currency_is_the_cost() {
        assertThat(written(DOLLARS)).startsWith("{\"total\":{\"turns\":2,\"usage\":{\"inputTokens\":5,\"cachedTokens\":4,"
                + "\"cacheWriteTokens\":3,\"outputTokens\":2,\"reasoningTokens\":1},\"cost\":{\"amount\":\"0.25\",\"currency\":\"USD\"},"
                + "\"costs\":[{\"amount\":\"0.25\",\"currency\":\"USD\"}],\"beside\":{");
    }

    @Test
    void several_currencies_are_not_added_up() {
        assertThat(written(EUROS, DOLLARS)).contains("\"cost\":null,\"costs\":[{\"amount\":\"0.000001\",\"currency\":\"EUR\"},"
                + "{\"amount\":\"0.25\",\"currency\":\"USD\"}]");
    }
}
