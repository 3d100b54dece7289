package io.parley.stream;

import io.parley.conversation.MessageId;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import org.jspecify.annotations.Nullable;

/** What those who have a session open are told of it. */
public sealed interface SessionEvent {

    /** A turn has been opened and its input stored. */
    record TurnStarted(TurnId turn, MessageId userMessage) implements SessionEvent {}

    /**
     * A turn is over.
     *
     * @param message its stored reply, or null if nothing was said
     */
    record TurnEnded(TurnId turn, TurnState state, @Nullable MessageId message) implements SessionEvent {}

    /** A message was added, edited, removed or chosen beside turns. */
    record MessageChanged(MessageId message, Change change) implements SessionEvent {}

    /** What became of a message. */
    enum Change {
        ADDED,
        EDITED,
        REMOVED,
        /** It counts again, with what followed it, in place of another branch. */
        CHOSEN
    }

    /** The settings have changed. */
    record SettingsChanged() implements SessionEvent {}

    /** The session is gone; nothing follows. */
    record Deleted() implements SessionEvent {}

    /** More has happened than is known: read the session anew. */
    record Missed() implements SessionEvent {}

    /** Nothing has happened yet: from here on is told what does. */
    record Listening() implements SessionEvent {}

    /**
     * An event with its place in the session's feed.
     *
     * @param id rises within the session; what follows directly has the next one
     */
    record Numbered(long id, SessionEvent event) {}
}
