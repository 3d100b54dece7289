package io.parley.stream;

import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** The feeds of sessions, on whichever replica something happens. */
@ApplicationScoped
public class SessionFeeds {
    private final SessionFeedStore store;
    private final SingleFlightReads<Place, SessionFeedStore.Page> reads = new SingleFlightReads<>();
    private final Watches watches;

    SessionFeeds(SessionFeedStore store, Watches watches) {
        this.store = store;
        this.watches = watches;
    }

    private record Place(Owner owner, SessionId session, long after) {}

    /**
     * Listens to a session. Cursors that read the same place at the same time share one read of the store.
     *
     * @param after the last id that the client has seen, or {@link SessionFeedStore#FROM_NOW_ON}
     * @return a cursor that the caller must close; fails with {@code Failure.NotFound} if the session does not exist for this
     *         owner
     */
    public Uni<FeedCursor> listen(Owner owner, SessionId session, long after) {
        return Uni.createFrom().deferred(() -> new FeedCursor(this::follow, owner, session,
                watches.open(new Notice.FeedGrown(session)), after).begin());
    }

    private Uni<SessionFeedStore.Page> follow(Owner owner, SessionId session, long after, long since) {
        return reads.read(new Place(owner, session, after), since, () -> store.follow(owner, session, after));
    }
}
