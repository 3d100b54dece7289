package io.parley.turn;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers the providers that have asked for the model's reasoning and then accepted it, so that the next turn sends it at
 * once. It holds at most the configured providers. Thread-safe.
 */
final class ReasoningWishes {
    private final Set<String> providers = ConcurrentHashMap.newKeySet();

    /** Returns whether a provider is known to require the reasoning. */
    boolean isKnown(String provider) {
        return providers.contains(provider);
    }

    /** Notes that the provider has asked for the reasoning and accepted it. */
    void note(String provider) {
        providers.add(provider);
    }
}
