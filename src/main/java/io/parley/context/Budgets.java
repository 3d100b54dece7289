package io.parley.context;

import io.parley.context.ContextPolicy.ExchangeSize;
import java.util.List;

/** Fits exchanges into a number of tokens. */
final class Budgets {
    private Budgets() {
    }

    /** How many of the newest exchanges have together at most this many tokens. */
    static int newestWithin(List<ExchangeSize> exchanges, long tokens) {
        long left = tokens;
        int kept = 0;
        for (ExchangeSize exchange : exchanges.reversed()) {
            left -= exchange.tokens();
            if (left < 0) {
                return kept;
            }
            kept++;
        }
        return kept;
    }
}
