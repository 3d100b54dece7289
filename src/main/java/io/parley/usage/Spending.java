package io.parley.usage;

import io.parley.conversation.Cost;
import io.parley.conversation.Usage;
import io.parley.provider.Model;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one turn have used together, each at its own model's prices.
 *
 * @param cost null where something was used whose price is unknown, and where prices are in several currencies
 */
public record Spending(Usage usage, @Nullable Cost cost) {
    /** Before the first call. */
    public static final Spending NOTHING = new Spending(Usage.NONE, null);

    /** With one more call. */
    public Spending plus(Model model, Usage more) {
        if (isNothing(usage)) {
            return new Spending(more, Pricing.cost(model, more));
        }
        return isNothing(more) ? this : new Spending(usage.plus(more), sum(cost, Pricing.cost(model, more)));
    }

    private static boolean isNothing(Usage usage) {
        return usage.inputTokens() == 0 && usage.outputTokens() == 0;
    }

    private static @Nullable Cost sum(@Nullable Cost one, @Nullable Cost other) {
        return one == null || other == null || !one.currency().equals(other.currency()) ? null
                : new Cost(one.amount().add(other.amount()), one.currency());
    }
}
