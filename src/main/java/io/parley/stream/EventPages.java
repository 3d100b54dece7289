package io.parley.stream;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Reads the stored log of one turn page by page. */
record EventPages(EventLogStore store, SessionId session, TurnId turn) {

    Uni<List<NumberedEvent>> after(long id) {
        return store.read(session, turn, id).map(EventLogStore.LogPage::events);
    }

    Uni<EventLogStore.LogPage> page(long after) {
        return store.read(session, turn, after);
    }
}
