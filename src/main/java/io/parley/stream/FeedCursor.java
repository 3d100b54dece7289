package io.parley.stream;

import io.parley.conversation.Failure;
import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.stream.SessionEvent.Numbered;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One listener's place in the feed of a session. Not for concurrent use. */
public final class FeedCursor implements Cursor<Numbered> {
    private final Reading reading;
    private final Owner owner;
    private final SessionId session;
    private final Watch watch;
    private final AskedPages<Numbered> asked = new AskedPages<>(this::next);
    private long after;
    private SessionFeedStore.@Nullable Page opening;
    private boolean begun;
    private boolean over;

    /**
     * Reads the feed after an id, not earlier than {@code since} in {@code System.nanoTime()}. Several cursors may share one
     * read.
     */
    @FunctionalInterface
    interface Reading {
        Uni<SessionFeedStore.Page> follow(Owner owner, SessionId session, long after, long since);
    }

    FeedCursor(Reading reading, Owner owner, SessionId session, Watch watch, long after) {
        this.reading = reading;
        this.owner = owner;
        this.session = session;
        this.watch = watch;
        this.after = after;
    }

    /**
     * Looks for the session. The first {@link #take} gives the events that this read finds.
     *
     * @return fails with {@code Failure.NotFound} if the session does not exist for this owner; the cursor is closed after any
     *         failure
     */
    Uni<FeedCursor> begin() {
        return read().invoke(page -> opening = page).replaceWith(this)
                .onFailure().invoke(this::close)
                .onCancellation().invoke(this::close);
    }

    @Override
    public void listen(CursorListener listener) {
        asked.listen(listener);
    }

    @Override
    public @Nullable List<Numbered> take() {
        return asked.take();
    }

    /**
     * Reads the next events. The first read does not wait. If it finds no event, it gives the place from which the cursor reads
     * on.
     */
    private Uni<List<Numbered>> next() {
        return Uni.createFrom().deferred(() -> {
            SessionFeedStore.Page first = opening;
            opening = null;
            return over ? Uni.createFrom().item(List.of())
                    : (first != null ? Uni.createFrom().item(first) : read()).chain(this::given)
                            .onFailure(failure -> begun && failure instanceof Failure.NotFound).recoverWithItem(this::gone);
        });
    }

    private Uni<SessionFeedStore.Page> read() {
        return Uni.createFrom().deferred(() -> reading.follow(owner, session, after, watch.rungAt()));
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

    @Override
    public void close() {
        over = true;
        asked.close();
        watch.close();
    }
}
