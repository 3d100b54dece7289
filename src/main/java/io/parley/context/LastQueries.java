package io.parley.context;

import io.parley.conversation.SessionId;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The vector of the last query of each of the sessions used last: a context that is chosen again, because the first one was too
 * long, does not pay for it twice. Thread-safe.
 */
final class LastQueries {
    private static final int MOST = 512;
    private final SequencedMap<SessionId, Query> queries = new LinkedHashMap<>(16, 0.75f, true);

    synchronized @Nullable QuantisedVector find(SessionId session, String text) {
        Query last = queries.get(session);
        return last != null && last.text.equals(Fingerprint.of(text)) ? last.vector : null;
    }

    synchronized void keep(SessionId session, String text, QuantisedVector vector) {
        queries.put(session, new Query(Fingerprint.of(text), vector));
        if (queries.size() > MOST) {
            queries.pollFirstEntry();
        }
    }

    synchronized int size() {
        return queries.size();
    }

    private record Query(String text, QuantisedVector vector) {}
}
