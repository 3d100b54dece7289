package io.parley.stream;

import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.MessageId;
import io.parley.conversation.Problem;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnState;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;

/**
 * A place in the log of a turn that runs in another process or is over: reads the store, and looks again after a while
 * where there is nothing new yet.
 */
final class StoredCursor implements Cursor {
    /** The last id of a log that has expired: above all that were ever given. The largest that JavaScript can hold. */
    static final long LAST_ID = (1L << 53) - 1;
    private static final Duration POLL = Duration.ofMillis(200);
    /** Polls without an event before the turn's own record is asked. */
    private static final int PATIENCE = 10;
    private final EventPages pages;
    private final TurnEndings endings;
    private long after;
    private int emptyPolls;
    private boolean over;

    StoredCursor(EventPages pages, TurnEndings endings, long after) {
        this.pages = pages;
        this.endings = endings;
        this.after = after;
    }

    @Override
    public Uni<List<NumberedEvent>> next() {
        return Uni.createFrom().deferred(() -> {
            if (over) {
                return Uni.createFrom().item(List.of());
            }
            return pages.page(after).chain(this::given);
        });
    }

    private Uni<List<NumberedEvent>> given(EventLogStore.LogPage page) {
        if (!page.events().isEmpty()) {
            emptyPolls = 0;
            return Uni.createFrom().item(advanced(page.events()));
        }
        emptyPolls++;
        boolean strange = !page.exists() || after > page.lastId();
        if (emptyPolls < PATIENCE && !(strange && emptyPolls == 1)) {
            return later();
        }
        emptyPolls %= PATIENCE;
        return endings.ifOver(pages.session(), pages.turn())
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
        return Uni.createFrom().voidItem().onItem().delayIt().by(POLL).chain(this::next);
    }

    /** The turn is over: its last events may just have come, else the record itself is the answer. */
    private Uni<List<NumberedEvent>> ended(TurnEndings.Ending ending) {
        return pages.page(after).map(page -> page.events().isEmpty() ? fromRecord(ending) : advanced(page.events()));
    }

    private List<NumberedEvent> fromRecord(TurnEndings.Ending ending) {
        boolean seen = after == LAST_ID - 1;
        over = true;
        after = LAST_ID;
        NumberedEvent end = new NumberedEvent(LAST_ID, terminal(ending.turn()));
        return seen ? List.of(end)
                : List.of(new NumberedEvent(LAST_ID - 1, new TurnEvent.Reset(ending.text())), end);
    }

    /** The terminal event of a turn as its record tells it. */
    static TurnEvent terminal(Turn turn) {
        MessageId reply = turn.replyStored() ? turn.reply() : null;
        if (turn.state() == TurnState.COMPLETED || turn.state() == TurnState.CANCELLED) {
            FinishReason reason = turn.finishReason() == null ? FinishReason.UNKNOWN : turn.finishReason();
            return new TurnEvent.Done(turn.state(), reply, reason, turn.usage(), turn.cost());
        }
        Problem problem = turn.problem() != null ? turn.problem()
                : new Problem(FailureCode.INTERNAL_ERROR, "The turn ended without a reason.", true, null);
        return new TurnEvent.Failed(turn.state(), problem, reply, turn.usage(), turn.cost(), true);
    }

    private List<NumberedEvent> advanced(List<NumberedEvent> events) {
        NumberedEvent last = events.getLast();
        after = last.id();
        over = last.event().isTerminal();
        return events;
    }

    @Override
    public void close() {
        over = true;
    }
}
