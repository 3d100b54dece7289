package io.parley.stream;

import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Finds the log of a turn: in this process where it runs here, in the store everywhere else. */
@ApplicationScoped
public class TurnStreams {
    private final EventLogStore store;
    private final SharedReads reads;
    private final Watches watches;
    private final LogTimes times;
    /** Bounded by the number of turns that may run in one process. */
    private final ConcurrentMap<TurnId, TurnLog> here = new ConcurrentHashMap<>();

    TurnStreams(EventLogStore store, TurnEndings endings, Watches watches, LeaseTimes lease) {
        this.store = store;
        this.reads = new SharedReads(store, endings);
        this.watches = watches;
        this.times = LogTimes.promised(lease);
    }

    /**
     * Starts the log of a turn that this process runs, with ids above those that other processes have given.
     *
     * @param loop the event loop of the turn, to which the log belongs
     */
    public TurnLog start(Turn turn, long after, LogOwner owner, Context loop) {
        TurnLog log = new TurnLog(turn, after, store, Loop.of(loop), owner, times);
        here.put(turn.id(), log);
        return log;
    }

    /** The turn does not run here any more; those who listen keep their log. */
    public void remove(TurnId turn, TurnLog log) {
        here.remove(turn, log);
    }

    /** The log of a turn that runs here. */
    public Optional<TurnLog> running(TurnId turn) {
        return Optional.ofNullable(here.get(turn));
    }

    /**
     * The events of a turn after an id. The caller has checked that the turn is the listener's.
     *
     * @param turn as stored
     * @param after 0 for the start
     */
    public Uni<Listening> listen(Turn turn, long after) {
        EventPages pages = new EventPages(store, turn.session(), turn.id());
        TurnLog log = here.get(turn.id());
        if (log != null) {
            LiveCursor live = new LiveCursor(log, pages, id -> stored(pages, id), after);
            return Uni.createFrom().item(new Listening.From(new LoopCursor<>(live, log.loop())));
        }
        if (!turn.state().isOver() || after == 0) {
            return Uni.createFrom().item(new Listening.From(stored(pages, after)));
        }
        return pages.page(after).map(page -> atEnd(page, after) ? new Listening.NothingMore()
                : new Listening.From(stored(pages, after)));
    }

    private static boolean atEnd(EventLogStore.LogPage page, long after) {
        return after == StoredCursor.LAST_ID || (page.exists() && page.lastId() == after);
    }

    private Cursor<NumberedEvent> stored(EventPages pages, long after) {
        Watch watch = watches.open(new Notice.LogGrown(pages.session(), pages.turn()));
        return new StoredCursor(pages, reads, watch, after);
    }

    /**
     * The reply's text of a turn that runs elsewhere, as far as it is stored.
     *
     * @param turn that is not over
     */
    public Uni<String> textSoFar(Turn turn) {
        TurnLog log = here.get(turn.id());
        if (log != null) {
            return log.text();
        }
        return new StoredText(new EventPages(store, turn.session(), turn.id())).read();
    }
}
