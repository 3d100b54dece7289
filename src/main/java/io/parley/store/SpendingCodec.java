package io.parley.store;

import io.parley.conversation.Cost;
import io.parley.conversation.Usage;
import io.parley.usage.SessionTotals;
import io.parley.usage.Total;
import io.vertx.redis.client.Response;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What calls have used, as scripts add it up. */
final class SpendingCodec {
    /** Costs are added up in units of 10^-12: exact for prices of up to six decimals a million tokens. */
    static final int COST_DECIMALS = 12;

    private SpendingCodec() {
    }

    /** The arguments input, cached, written, output, reasoning, cost or '', currency. */
    static List<String> arguments(@Nullable Usage known, @Nullable Cost cost) {
        Usage usage = Objects.requireNonNullElse(known, Usage.NONE);
        return List.of(Long.toString(usage.inputTokens()), Long.toString(usage.cachedTokens()),
                Long.toString(usage.cacheWriteTokens()), Long.toString(usage.outputTokens()),
                Long.toString(usage.reasoningTokens()),
                cost == null ? "" : cost.amount().setScale(COST_DECIMALS, RoundingMode.HALF_EVEN).unscaledValue().toString(),
                cost == null ? "" : cost.currency());
    }

    /** What {@code usage.lua} answers. */
    static SessionTotals totals(Response answer) {
        return new SessionTotals(Answers.number(answer, 1), total(answer.get(2), answer.get(3)),
                total(answer.get(4), answer.get(5)));
    }

    private static Total total(Response sums, Response costs) {
        Map<String, Cost> sorted = new TreeMap<>();
        for (int i = 0; i + 1 < costs.size(); i += 2) {
            String currency = Answers.text(costs, i);
            sorted.put(currency, new Cost(amount(Answers.number(costs, i + 1)), currency));
        }
        return new Total(new Usage(sum(sums, 0), sum(sums, 1), sum(sums, 2), sum(sums, 3), sum(sums, 4), false),
                List.copyOf(sorted.values()));
    }

    private static long sum(Response sums, int index) {
        return Answers.textOrNull(sums, index) == null ? 0 : Answers.number(sums, index);
    }

    private static BigDecimal amount(long units) {
        BigDecimal amount = BigDecimal.valueOf(units, COST_DECIMALS).stripTrailingZeros();
        return amount.scale() < 0 ? amount.setScale(0) : amount;
    }
}
