package io.parley.stream;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Reads the stored log of one turn page by page. */
record EventPages(EventLogStore store, SessionId session, TurnId turn) {

    /** What a listener is given next. */
    Uni<List<NumberedEvent>> after(long id) {
        return page(id).map(EventLogStore.LogPage::events);
    }

    /** A page for a listener, who may hold it for long. */
    Uni<EventLogStore.LogPage> page(long after) {
        return store.read(session, turn, after, Cursor.PAGE_BYTES).map(EventLogStore.LogPage::forListener);
    }

    /** A page for whoever reads all of the log and keeps none of its pages. */
    Uni<EventLogStore.LogPage> largePage(long after) {
        return store.read(session, turn, after);
    }
}
