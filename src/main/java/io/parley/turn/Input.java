package io.parley.turn;

import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import org.jspecify.annotations.Nullable;

/** What a turn answers. */
public sealed interface Input {

    /** What is said anew, if anything is. */
    default @Nullable NewMessage said() {
        return switch (this) {
            case Say(NewMessage message) -> message;
            case Instead(_, NewMessage message) -> message;
            case AsItStands _,Again _ -> null;
        };
    }

    /** Something new: a user message or tool results. */
    record Say(NewMessage message) implements Input {}

    /** The history as it stands; it must end with a user message or tool results. */
    record AsItStands() implements Input {}

    /** The last input again; what answered it so far is superseded. */
    record Again() implements Input {}

    /** A new text in the place of an earlier user message; that one and all after it are superseded. */
    record Instead(MessageId replaced, NewMessage message) implements Input {}
}
