package io.parley.turn;

import io.parley.conversation.LruMap;
import java.util.Map;

/** Keeps the longest input that each model has accepted from this process. It is bounded and thread-safe. */
final class AcceptedSizes {
    static final int MOST_MODELS = 1_000;

    private final Map<String, Long> tokens = new LruMap<>(MOST_MODELS);

    /** Notes that the model has accepted this number of tokens. */
    synchronized void note(String model, long taken) {
        tokens.merge(model, taken, Math::max);
    }

    /** Returns whether the model has never accepted this number of tokens. */
    synchronized boolean isNew(String model, long sent) {
        return sent > tokens.getOrDefault(model, 0L);
    }
}
