package io.parley.turn;

import java.util.LinkedHashMap;
import java.util.Map;

/** The longest input that each model has taken from this process. Bounded; thread-safe. */
final class AcceptedSizes {
    static final int MOST_MODELS = 1_000;

    private final Map<String, Long> tokens = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_MODELS;
        }
    };

    /** The model has taken so many tokens. */
    synchronized void note(String model, long taken) {
        tokens.merge(model, taken, Math::max);
    }

    /** Whether the model has never taken so many tokens. */
    synchronized boolean isNew(String model, long sent) {
        return sent > tokens.getOrDefault(model, 0L);
    }
}
