package io.parley.stream;

import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Keeps for a while what has changed in sessions that somebody has open. Port; {@code store} implements it. */
public interface SessionFeedStore {
    /** In place of an id: from now on. */
    long FROM_NOW_ON = -1;

    /**
     * What has happened after an id; this replica gets a {@link Notice.FeedGrown} when there is more.
     *
     * @param after the last id that is known, or {@link #FROM_NOW_ON}
     * @return fails with {@code Failure.NotFound} if there is no such session for this owner
     */
    Uni<Page> follow(Owner owner, SessionId session, long after);

    /**
     * A part of a feed.
     *
     * @param lastId the newest id
     * @param missed whether some of what has happened since is not known any more; then there are no events
     */
    record Page(long lastId, boolean missed, List<SessionEvent.Numbered> events) {
        public Page { events = List.copyOf(events); }
    }
}
