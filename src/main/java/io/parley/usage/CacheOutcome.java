package io.parley.usage;

import io.parley.conversation.ContextReport;
import io.parley.conversation.Usage;

/** What became of the expectation that a provider's prompt cache knows a part of the input. */
public final class CacheOutcome {
    /** Providers cache in blocks, and counts are estimates: a little less than expected is what was expected. */
    private static final double NEARLY_ALL = 0.8;

    private CacheOutcome() {
    }

    /** Whether the provider has read clearly less from its cache than it should have known. */
    public static boolean isMissed(ContextReport sent, Usage usage) {
        return !usage.estimated() && usage.cachedTokens() < NEARLY_ALL * sent.expectedCachedTokens();
    }
}
