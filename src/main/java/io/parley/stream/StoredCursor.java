package io.parley.stream;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in the log of a turn that runs in another process or is over: reads the store, and looks again when it is told
 * that there is more, or after a while.
 */
final class StoredCursor implements Cursor<NumberedEvent> {
    /** The last id of a log that has expired: above all that were ever given. The largest that JavaScript can hold. */
    static final long LAST_ID = (1L << 53) - 1;
    private final EventPages pages;
    private final SharedReads reads;
    private final Watch watch;
    private final AskedPages<NumberedEvent> asked = new AskedPages<>(this::next);
    private long after;
    private boolean recordAsked;
    private long quietSince = System.nanoTime();
    private boolean over;

    /**
     * A place after an id.
     *
     * @param watch for notices of this turn's log; closed with the cursor
     */
    StoredCursor(EventPages pages, SharedReads reads, Watch watch, long after) {
        this.pages = pages;
        this.reads = reads;
        this.watch = watch;
        this.after = after;
    }

    @Override
    public void listen(CursorListener listener) {
        asked.listen(listener);
    }

    @Override
    public @Nullable List<NumberedEvent> take() {
        return asked.take();
    }

    private Uni<List<NumberedEvent>> next() {
        return Uni.createFrom().deferred(() -> over ? Uni.createFrom().item(List.of()) : read().chain(this::given));
    }

    private Uni<EventLogStore.LogPage> read() {
        return reads.follow(pages.session(), pages.turn(), after, watch.rungAt());
    }

    private Uni<List<NumberedEvent>> given(EventLogStore.LogPage page) {
        if (!page.events().isEmpty()) {
            return Uni.createFrom().item(advanced(page.events()));
        }
        boolean strange = !page.exists() || after != page.lastId();
        boolean quiet = watch.isLongAgo(quietSince);
        return quiet || (strange && !recordAsked) ? askTheRecord(page) : later();
    }

    /** Nothing has come for long, or the log is not what it should be: the turn may be over, or its process dead. */
    private Uni<List<NumberedEvent>> askTheRecord(EventLogStore.LogPage page) {
        recordAsked = true;
        quietSince = System.nanoTime();
        return reads.ifOver(pages.session(), pages.turn(), watch.rungAt())
                .chain(ending -> ending.isPresent() ? ended(ending.get()) : goesOn(page));
    }

    /** The turn runs: an id that is a little beyond the log has been given and will be stored, any other never was. */
    private Uni<List<NumberedEvent>> goesOn(EventLogStore.LogPage page) {
        if (page.lastId() == 0 || after <= page.lastId() + TurnLog.AHEAD_EVENTS) {
            return later();
        }
        StoredText stored = new StoredText(pages);
        return stored.read()
                .map(text -> advanced(List.of(new NumberedEvent(stored.lastId(), new TurnEvent.Reset(text)))));
    }

    private Uni<List<NumberedEvent>> later() {
        return watch.next().chain(this::next);
    }

    /** The turn is over: its last events may just have come, else the record itself is the answer. */
    private Uni<List<NumberedEvent>> ended(TurnEndings.Ending ending) {
        // Asked for anew: what was asked for before the end may not have it.
        return reads.follow(pages.session(), pages.turn(), after, System.nanoTime())
                .map(page -> page.events().isEmpty() ? fromRecord(ending) : advanced(page.events()));
    }

    private List<NumberedEvent> fromRecord(TurnEndings.Ending ending) {
        boolean seen = after == LAST_ID - 1;
        over = true;
        after = LAST_ID;
        NumberedEvent end = new NumberedEvent(LAST_ID, TurnEvent.terminal(ending.turn()));
        return seen ? List.of(end)
                : List.of(new NumberedEvent(LAST_ID - 1, new TurnEvent.Reset(ending.text())), end);
    }

    private List<NumberedEvent> advanced(List<NumberedEvent> events) {
        NumberedEvent last = events.getLast();
        recordAsked = false;
        quietSince = System.nanoTime();
        after = last.id();
        over = last.event().isTerminal();
        return events;
    }

    @Override
    public void close() {
        over = true;
        asked.close();
        watch.close();
    }
}
