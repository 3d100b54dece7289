package io.parley.endtoend.chaos;

import io.parley.endtoend.chaos.History.Message;
import io.parley.endtoend.chaos.History.Turn;
import io.parley.endtoend.chaos.Ledger.Edit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that is known once the faults are over and every turn has ended: what clients asked and saw, what is stored, and what
 * the provider was asked.
 *
 * @param retentions how long each session is to be kept; {@link Duration#ZERO} for ever
 * @param ended names of the gateways that were killed or stopped: what they still had to undo stays undone by nobody
 */
record Evidence(List<Request> requests, List<View> views, List<Edit> edits, List<Edit> removals, Map<String, History> histories,
        Map<Integer, EchoProvider.Call> calls, Map<String, Duration> retentions, List<Cluster.Lifetime> lifetimes,
        Set<String> ended) {

    /** The message of this id; null if there is none. */
    Message message(String session, String id) {
        return histories.get(session).messages().stream().filter(message -> message.id().equals(id)).findFirst().orElse(null);
    }

    /** The turn of this id; null if there is none. */
    Turn turn(String session, String id) {
        return histories.get(session).turns().stream().filter(turn -> turn.id().equals(id)).findFirst().orElse(null);
    }

    /** The turns that requests with this key opened. */
    List<Turn> turns(Request request) {
        return histories.get(request.session()).turns().stream().filter(turn -> request.key().equals(turn.key())).toList();
    }

    /** Whether a client was told that this message is removed. */
    boolean isRemoved(String session, String message) {
        return removals.stream().anyMatch(removal -> removal.sure() && is(removal, session, message));
    }

    /** Whether this message may be removed: a client wanted that, and was told that it is done, or nothing. */
    boolean mayBeRemoved(String session, String message) {
        return removals.stream().anyMatch(removal -> is(removal, session, message));
    }

    static boolean is(Edit edit, String session, String message) {
        return edit.session().equals(session) && edit.message().equals(message);
    }
}
