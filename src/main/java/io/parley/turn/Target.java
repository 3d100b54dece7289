package io.parley.turn;

import io.parley.conversation.MessageId;
import io.parley.conversation.SessionId;

/** The place in a conversation at which a turn answers. */
public sealed interface Target {

    /** Returns the session of the conversation. */
    SessionId session();

    /**
     * The end of the conversation. A new message follows it. Without a message, the turn answers the conversation as it stands,
     * which must end with a user message or with tool results.
     */
    record Existing(SessionId session) implements Target {}

    /** The last input of the conversation, once more. The messages that answered it so far are superseded. Nothing is said. */
    record LastInput(SessionId session) implements Target {}

    /**
     * An earlier user message, in whose place something is said. That message and all later messages are superseded.
     *
     * @param replaced the earlier user message
     */
    record Within(SessionId session, MessageId replaced) implements Target {}
}
