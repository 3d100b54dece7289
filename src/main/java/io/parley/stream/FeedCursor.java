package io.parley.stream;

import io.parley.conversation.Failure;
import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.stream.SessionEvent.Numbered;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** One listener's place in the feed of a session. Not for concurrent use. */
public final class FeedCursor {
    private final SessionFeedStore store;
    private final Owner owner;
    private final SessionId session;
    private final Watch watch;
    private long after;
    private boolean begun;
    private boolean over;

    FeedCursor(SessionFeedStore store, Owner owner, SessionId session, Watch watch, long after) {
        this.store = store;
        this.owner = owner;
        this.session = session;
        this.watch = watch;
        this.after = after;
    }

    /**
     * What has happened since; waits for something if nothing has. The first answer comes at once and begins with the place
     * from which on is told.
     *
     * @return in order; empty once the session is gone. Fails with {@code Failure.NotFound} if it never was there for this
     *         owner.
     *         Cancelling the wait loses nothing
     */
    public Uni<List<Numbered>> next() {
        return Uni.createFrom().deferred(() -> over ? Uni.createFrom().item(List.of())
                : store.follow(owner, session, after).chain(this::given)
                        .onFailure(failure -> begun && failure instanceof Failure.NotFound).recoverWithItem(this::gone));
    }

    private Uni<List<Numbered>> given(SessionFeedStore.Page page) {
        boolean first = !begun;
        begun = true;
        after = page.lastId();
        if (page.missed()) {
            return Uni.createFrom().item(List.of(new Numbered(after, new SessionEvent.Missed())));
        }
        if (!page.events().isEmpty()) {
            return Uni.createFrom().item(page.events());
        }
        return first ? Uni.createFrom().item(List.of(new Numbered(after, new SessionEvent.Listening())))
                : watch.next().chain(this::next);
    }

    private List<Numbered> gone() {
        over = true;
        return List.of(new Numbered(after + 1, new SessionEvent.Deleted()));
    }

    /** The listener has left. Repeatable. */
    public void close() {
        over = true;
        watch.close();
    }
}
