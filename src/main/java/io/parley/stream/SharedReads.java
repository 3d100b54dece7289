package io.parley.stream;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.EventLogStore.LogPage;
import io.parley.stream.TurnEndings.Ending;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * Reads stored logs for all listeners of this process: those who ask for the same at the same time, as a notice makes them
 * do, share one answer of the store.
 */
final class SharedReads {
    private final EventLogStore store;
    private final TurnEndings endings;
    private final SingleFlightReads<Place, LogPage> pages = new SingleFlightReads<>();
    private final SingleFlightReads<TurnId, Optional<Ending>> ends = new SingleFlightReads<>();

    SharedReads(EventLogStore store, TurnEndings endings) {
        this.store = store;
        this.endings = endings;
    }

    private record Place(TurnId turn, long after) {}

    /**
     * What a listener is given after an id; this replica is told when there is more.
     *
     * @param since when the listener was last told that there is more ({@code System.nanoTime()}): an answer that was asked
     *        for before that may not have it
     */
    Uni<LogPage> follow(SessionId session, TurnId turn, long after, long since) {
        return pages.read(new Place(turn, after), since, () -> store.follow(session, turn, after).map(LogPage::forListener));
    }

    /** As {@link TurnEndings#ifOver}. */
    Uni<Optional<Ending>> ifOver(SessionId session, TurnId turn, long since) {
        return ends.read(turn, since, () -> endings.ifOver(session, turn));
    }
}
