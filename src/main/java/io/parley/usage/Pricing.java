package io.parley.usage;

import io.parley.conversation.Cost;
import io.parley.conversation.Usage;
import io.parley.provider.Model;
import io.parley.provider.Prices;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Says what tokens cost, exactly. */
public final class Pricing {
    private static final int MILLION = 6;

    private Pricing() {
    }

    /** The cost of a usage at the model's present prices; null where they are unknown. */
    public static @Nullable Cost cost(Model model, Usage usage) {
        Prices prices = model.prices();
        if (prices == null) {
            return null;
        }
        long fresh = Math.max(0, usage.inputTokens() - usage.cachedTokens() - usage.cacheWriteTokens());
        BigDecimal sum = times(prices.input(), fresh)
                .add(times(prices.cachedInput(), usage.cachedTokens()))
                .add(times(prices.cacheWrite(), usage.cacheWriteTokens()))
                .add(times(prices.output(), usage.outputTokens()));
        BigDecimal amount = sum.movePointLeft(MILLION).stripTrailingZeros();
        return new Cost(amount.scale() < 0 ? amount.setScale(0) : amount, prices.currency());
    }

    /** What so much input would cost of which the provider knows nothing yet and keeps nothing. */
    public static @Nullable Cost input(Model model, long tokens) {
        return cost(model, new Usage(tokens, 0, 0, 0, 0, true));
    }

    /**
     * What an input would cost.
     *
     * @param cached of it, expected to be read from the cache
     * @param prefix of it, what is the same next time: as far as it is not cached it is written to the cache, if the model has
     *        one and it is long enough; where writing has no price of its own that costs what reading anew does
     */
    public static @Nullable Cost input(Model model, long tokens, long cached, long prefix) {
        boolean written = model.cacheLifetime() != null && prefix >= model.cacheMinimum();
        return cost(model, new Usage(tokens, cached, written ? Math.max(0, prefix - cached) : 0, 0, 0, true));
    }

    private static BigDecimal times(BigDecimal price, long tokens) {
        return price.multiply(BigDecimal.valueOf(tokens));
    }
}
