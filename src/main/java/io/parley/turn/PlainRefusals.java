package io.parley.turn;

import io.parley.conversation.LruMap;
import io.parley.conversation.SessionId;
import java.util.Map;

/**
 * Remembers the sessions in which a provider has refused even a history in text only, so that Parley does not try that form
 * there again. Another model may still accept it. It is bounded and thread-safe.
 */
final class PlainRefusals {
    static final int MOST_SESSIONS = 10_000;

    private final Map<String, Boolean> refused = new LruMap<>(MOST_SESSIONS);

    /** Returns whether a history in text only has not been refused yet. */
    synchronized boolean mayTry(SessionId session, String model) {
        return !refused.containsKey(key(session, model));
    }

    /** Notes that the provider has refused a history in text only. */
    synchronized void note(SessionId session, String model) {
        refused.put(key(session, model), true);
    }

    private static String key(SessionId session, String model) {
        return session + " " + model;
    }
}
