package io.parley.turn;

import io.parley.conversation.SessionId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Sessions in which a provider has refused even the plainest form of the history, so that it is not tried again there. Another
 * model may still take it. Bounded; thread-safe.
 */
final class PlainRefusals {
    static final int MOST_SESSIONS = 10_000;

    private final Map<String, Boolean> refused = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_SESSIONS;
        }
    };

    /** Whether the plainest form is worth a try. */
    synchronized boolean mayTry(SessionId session, String model) {
        return !refused.containsKey(key(session, model));
    }

    /** It was refused too. */
    synchronized void note(SessionId session, String model) {
        refused.put(key(session, model), true);
    }

    private static String key(SessionId session, String model) {
        return session + " " + model;
    }
}
