package io.parley.stream;

import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import jakarta.enterprise.context.ApplicationScoped;

/** The feeds of sessions, on whichever replica something happens. */
@ApplicationScoped
public class SessionFeeds {
    private final SessionFeedStore store;
    private final Watches watches;

    SessionFeeds(SessionFeedStore store, Watches watches) {
        this.store = store;
        this.watches = watches;
    }

    /**
     * Listens to a session; the cursor is closed by whoever asked for it.
     *
     * @param after the last id that the client has seen, or {@link SessionFeedStore#FROM_NOW_ON}
     */
    public FeedCursor listen(Owner owner, SessionId session, long after) {
        return new FeedCursor(store, owner, session, watches.open(new Notice.FeedGrown(session)), after);
    }
}
