package io.parley.testing;

import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.SessionId;
import io.parley.turn.Target;
import org.jspecify.annotations.Nullable;

/** What a turn of a test answers: a target without its session, and the message. */
public sealed interface Input {

    /** Something new at the end. */
    record Say(NewMessage message) implements Input {}

    /** The history as it stands. */
    record AsItStands() implements Input {}

    /** The last input again. */
    record Again() implements Input {}

    /** Something in the place of an earlier message. */
    record Instead(MessageId replaced, NewMessage message) implements Input {}

    /** Returns the target in a session. */
    default Target in(SessionId session) {
        return switch (this) {
            case Say _,AsItStands _ -> new Target.Existing(session);
            case Again _ -> new Target.LastInput(session);
            case Instead(var replaced, _) -> new Target.Within(session, replaced);
        };
    }

    /** Returns the message, or null if nothing is said. */
    default @Nullable NewMessage said() {
        return switch (this) {
            case Say(var message) -> message;
            case Instead(_, var message) -> message;
            case AsItStands _,Again _ -> null;
        };
    }
}
