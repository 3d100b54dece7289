package io.parley.testing;

import io.parley.conversation.Content;
import io.parley.conversation.OnDisconnect;
import io.parley.conversation.Owner;
import io.parley.conversation.RawJson;
import io.parley.conversation.SessionId;
import io.parley.conversation.port.Caller;
import io.parley.turn.Reaction;
import io.parley.turn.Target;
import io.parley.turn.TurnCommand;
import io.parley.turn.TurnOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands of turns that say a text at the end of a conversation. */
public final class Commands {
    private Commands() {
    }

    /** Leaves everything else to the session. */
    public static TurnCommand saying(Owner owner, SessionId session, String text) {
        return saying(owner, session, text, null);
    }

    /** Sets the reaction to a disconnect. */
    public static TurnCommand saying(Owner owner, SessionId session, String text, @Nullable OnDisconnect onDisconnect) {
        return new TurnCommand(new Caller(owner), new Target.Existing(session), List.of(new Content.Text(text)),
                TurnOptions.NONE, new Reaction(null, onDisconnect, null), RawJson.EMPTY_OBJECT, null);
    }
}
