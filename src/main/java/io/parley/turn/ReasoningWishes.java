package io.parley.turn;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Providers that have asked for the model's reasoning and then taken it, so that the next turn sends it at once. As many as are
 * configured; thread-safe.
 */
final class ReasoningWishes {
    private final Set<String> providers = ConcurrentHashMap.newKeySet();

    /** Whether a provider is known to want it. */
    boolean isKnown(String provider) {
        return providers.contains(provider);
    }

    /** The provider has taken it. */
    void note(String provider) {
        providers.add(provider);
    }
}
