package io.parley.context;

import java.util.List;

/**
 * Where the history that is sent begins. It is carried as it grows, so that its prefix stays the same, and is cut a whole
 * step at once: from L + Q down to L, see {@link CacheEconomics}; or by a fixed ratio where the policy names one; and where
 * the cache is cold anyway down to L at once, as that is free.
 *
 * @param growth g: tokens that a turn adds
 * @param frame tokens that are sent beside the history
 * @param room most tokens of history, above which the input would pass the ceiling
 * @param cacheMinimum tokens below which the provider caches nothing
 */
record Cutting(Demand demand, CacheEconomics prices, double growth, long frame, long room, int cacheMinimum) {
    /** What a summary costs beside reading its source: this much output. */
    private static final int SUMMARY_OUTPUT = 500;
    private static final int FEWEST_WITH_RECALL = 2;

    /**
     * What is sent of a history.
     *
     * @param carried what was sent last, and what has come since
     * @param free whether the cache is cold, so that cutting costs nothing
     * @param uncut whether nothing of the conversation has ever been left out
     */
    List<Exchange> cut(List<Exchange> carried, boolean free, boolean uncut) {
        boolean early = free && demand.summary() == null && !(demand.untilFull() && uncut);
        if (Exchanges.tokens(carried) <= room && !isTooLong(carried, 0) && !(early && isLongerThanKept(carried))) {
            return carried;
        }
        List<Exchange> kept = Exchanges.newest(carried, mostKept(), keptTokens());
        // What came last can be brought back only once the next turn has closed it.
        return demand.recall() != null && kept.size() < FEWEST_WITH_RECALL
                ? Exchanges.newest(carried.subList(Math.max(0, carried.size() - FEWEST_WITH_RECALL), carried.size()),
                        Long.MAX_VALUE, room)
                : kept;
    }

    /** A window of messages that has been carried as long as is worth it, or will have been after so many more turns. */
    private boolean isTooLong(List<Exchange> carried, int turns) {
        if (!demand.holdsWindow()) {
            return false;
        }
        if (demand.trimTo().isPresent()) {
            return Exchanges.messages(carried) + 2 * turns > demand.messages() / demand.trimTo().getAsDouble();
        }
        long kept = Exchanges.tokens(Exchanges.newest(carried, demand.messages(), room));
        double step = isCacheable(kept) ? prices.step(growth, kept) : 0;
        return Exchanges.tokens(carried) + turns * growth > kept + step;
    }

    private boolean isCacheable(double kept) {
        return frame + kept + prices.step(growth, kept) >= cacheMinimum;
    }

    private boolean isLongerThanKept(List<Exchange> carried) {
        return Exchanges.tokens(carried) > keptTokens() || Exchanges.messages(carried) > mostKept();
    }

    private long mostKept() {
        return demand.holdsWindow() ? demand.messages() : Long.MAX_VALUE;
    }

    /** L under the ceiling. */
    double keptTokens() {
        if (demand.trimTo().isPresent() && !demand.limitsMessages()) {
            return demand.trimTo().getAsDouble() * room;
        }
        boolean priced = demand.trimTo().isEmpty() && frame + room >= cacheMinimum;
        return priced ? Math.floor(prices.keptUnder(growth, room)) : room;
    }

    /**
     * Whether what no summary covers has become so long that a new one is worth its price.
     *
     * @param uncovered what is sent beside the summary
     * @param summaryTokens of the summary in use
     * @param turns after how many more turns
     */
    boolean isSummaryWorthIt(List<Exchange> uncovered, long summaryTokens, int turns) {
        double tokens = Exchanges.tokens(uncovered) + turns * growth;
        if (tokens > room || isTooLong(uncovered, turns)) {
            return true;
        }
        if (demand.trimTo().isPresent()) {
            return Exchanges.messages(uncovered) + 2 * turns > demand.keep() / demand.trimTo().getAsDouble();
        }
        double kept = summaryTokens + (double) Exchanges.tokens(recent(uncovered));
        double making = SUMMARY_OUTPUT * prices.output() + (prices.cached() ? prices.read() : 1) * (frame + tokens);
        return summaryTokens + tokens > kept + prices.stepWithCost(growth, kept, making);
    }

    /** What a summary does not cover: as many messages as the policy keeps, as far as they fit after the next cut. */
    List<Exchange> recent(List<Exchange> uncovered) {
        return Exchanges.newest(uncovered, demand.keep(), keptTokens());
    }
}
