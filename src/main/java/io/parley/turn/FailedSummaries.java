package io.parley.turn;

import io.parley.conversation.LruMap;
import io.parley.conversation.SessionId;
import java.util.Map;

/**
 * Sessions whose summary could not be made lately, so that it is not paid for again and again: after each failure in a row
 * twice as many turns pass before the next attempt. Bounded; thread-safe.
 */
final class FailedSummaries {
    static final int MOST_SESSIONS = 10_000;
    private static final int MOST_DOUBLINGS = 5;
    private final Map<SessionId, Pause> pauses = new LruMap<>(MOST_SESSIONS);

    /** Whether it is time for an attempt; asked once a turn. */
    synchronized boolean mayTry(SessionId session) {
        Pause pause = pauses.get(session);
        if (pause == null || pause.turnsLeft == 0) {
            return true;
        }
        pauses.put(session, new Pause(pause.failures, pause.turnsLeft - 1));
        return false;
    }

    /** Takes note of how an attempt went. */
    synchronized void note(SessionId session, boolean succeeded) {
        if (succeeded) {
            pauses.remove(session);
            return;
        }
        Pause before = pauses.get(session);
        int failures = before == null ? 0 : Math.min(before.failures + 1, MOST_DOUBLINGS);
        pauses.put(session, new Pause(failures, 1 << failures));
    }

    private record Pause(int failures, int turnsLeft) {}
}
