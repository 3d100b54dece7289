package io.parley.turn;

import io.parley.conversation.LruMap;
import io.parley.conversation.SessionId;
import java.util.Map;

/**
 * The habits of models that this process has learned from their servers' answers. It is only a help: a model of which nothing
 * is known is
 * asked in the usual way. It is bounded and thread-safe.
 */
final class ModelHabits {
    static final int MOST_MODELS = 1_000;
    static final int MOST_SESSIONS = 10_000;

    private final Map<String, Long> acceptedTokens = new LruMap<>(MOST_MODELS);
    private final Map<String, Boolean> wantReasoning = new LruMap<>(MOST_MODELS);
    private final Map<String, Boolean> refusedInText = new LruMap<>(MOST_SESSIONS);

    /** Notes that the model has accepted an input of this number of tokens. */
    synchronized void accepted(String model, long tokens) {
        acceptedTokens.merge(model, tokens, Math::max);
    }

    /** Returns whether the model has never accepted an input of this number of tokens. */
    synchronized boolean isLongest(String model, long tokens) {
        return tokens > acceptedTokens.getOrDefault(model, 0L);
    }

    /** Notes that the model's server has asked for the reasoning of earlier replies and has accepted it. */
    synchronized void wantsReasoning(String model) {
        wantReasoning.put(model, true);
    }

    /** Notes that the model's server has refused the reasoning of earlier replies. */
    synchronized void refusesReasoning(String model) {
        wantReasoning.remove(model);
    }

    /** Returns whether the next call sends the reasoning of earlier replies. */
    synchronized boolean isReasoningWanted(String model) {
        return wantReasoning.get(model) != null;
    }

    /** Notes that the provider has refused a session's history even in text only. Another model may still accept it. */
    synchronized void refusedInText(SessionId session, String model) {
        refusedInText.put(key(session, model), true);
    }

    /** Returns whether the provider has not refused the session's history in text only. */
    synchronized boolean mayTryText(SessionId session, String model) {
        return !refusedInText.containsKey(key(session, model));
    }

    private static String key(SessionId session, String model) {
        return session + " " + model;
    }
}
