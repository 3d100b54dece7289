package io.parley.turn;

import io.parley.conversation.LruMap;
import java.util.Map;

/**
 * Remembers the models whose server has asked for the model's reasoning and then accepted it, so that the next turn sends it at
 * once. One provider may serve models of both kinds, so each model counts for itself. It is bounded and thread-safe.
 */
final class ReasoningWishes {
    static final int MOST_MODELS = 1_000;

    private final Map<String, Boolean> wanted = new LruMap<>(MOST_MODELS);

    /** Returns whether a model is known to require the reasoning. */
    synchronized boolean isKnown(String model) {
        return wanted.get(model) != null;
    }

    /** Notes that the model's server has asked for the reasoning and accepted it. */
    synchronized void note(String model) {
        wanted.put(model, true);
    }

    /** Forgets a model, because its server has refused the reasoning. */
    synchronized void forget(String model) {
        wanted.remove(model);
    }
}
