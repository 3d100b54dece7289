package io.parley.context;

import io.parley.provider.Model;
import io.parley.provider.Prices;
import java.math.BigDecimal;

/**
 * What carrying and cutting history costs at a model, in prices relative to an input token that is read anew. Cutting rewrites
 * what is kept; carrying reads more than need be at each turn. Where a turn adds g tokens and L are kept, it costs
 * least to cut every Q = sqrt(2·(w−r)/r·g·L) tokens, as with the economic order quantity of stock keeping.
 *
 * @param read price r of a cached token
 * @param write price w of a token written to the cache
 * @param output price of a token of output
 * @param cached whether there is a prompt cache that makes reading cheaper
 */
record CacheEconomics(double read, double write, double output, boolean cached) {
    private static final double LEAST_READ = 0.01;
    private static final double USUAL_OUTPUT = 4;

    static CacheEconomics of(Model model) {
        Prices prices = model.prices();
        if (prices == null || prices.input().signum() == 0) {
            return new CacheEconomics(1, 1, USUAL_OUTPUT, false);
        }
        double read = Math.max(LEAST_READ, relative(prices.cachedInput(), prices));
        double write = relative(prices.cacheWrite(), prices);
        boolean cached = model.cacheLifetime() != null && read < write;
        return new CacheEconomics(read, write, relative(prices.output(), prices), cached);
    }

    private static double relative(BigDecimal price, Prices prices) {
        return price.doubleValue() / prices.input().doubleValue();
    }

    /** Q: how many tokens more than L are carried before they are cut; 0 without a cache. */
    double step(double growth, double kept) {
        return cached ? Math.sqrt(2 * (write - read) / read * growth * kept) : 0;
    }

    /** L, so that L and Q together are this ceiling. */
    double keptUnder(double growth, double ceiling) {
        if (!cached) {
            return ceiling;
        }
        double slope = Math.sqrt(2 * (write - read) / read * growth);
        double root = (Math.sqrt(slope * slope + 4 * ceiling) - slope) / 2;
        return root * root;
    }

    /** Q where each cut costs so many tokens more, as the making of a summary does, with a cache or without. */
    double stepWithCost(double growth, double kept, double cost) {
        double carried = cached ? read : 1;
        double rewritten = cached ? (write - read) * kept : 0;
        return Math.sqrt(2 * (rewritten + cost) / carried * growth);
    }
}
