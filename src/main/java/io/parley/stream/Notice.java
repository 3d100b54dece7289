package io.parley.stream;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;

/** What one replica tells another. It says only that there is something to see: whoever is told reads the store. */
public sealed interface Notice {

    /** The stored log of a turn has grown. */
    record LogGrown(SessionId session, TurnId turn) implements Notice {}

    /** A turn is over, which is news for those who wait for its log as well. */
    record TurnOver(SessionId session, TurnId turn) implements Notice {}

    /** Somebody asked to cancel a turn, which runs in this process. */
    record CancelRequested(SessionId session, TurnId turn) implements Notice {}

    /** Something has changed in a session. */
    record FeedGrown(SessionId session) implements Notice {}

    /** The running turn of a session, whose end somebody in this process waits for, is over. */
    record SessionFree(SessionId session) implements Notice {}
}
