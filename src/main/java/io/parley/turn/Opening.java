package io.parley.turn;

import io.parley.context.StoredContext;
import io.parley.conversation.IfRunning;
import io.parley.conversation.Message;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Session;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of the request to open a turn. */
public sealed interface Opening {

    /**
     * The turn is open, its input stored, its lease the caller's.
     *
     * @param session with totals that include the new input
     * @param history the newest messages in conversation order, the input last, as far back as {@code read} reaches
     * @param read the plan by which the history was read
     * @param complete whether the history starts with the first message of the conversation
     * @param context what is stored for choosing the context
     */
    record Opened(Turn turn, Session session, List<Message> history, ReadPlan read, boolean complete,
            StoredContext context) implements Opening {
        public Opened { history = List.copyOf(history); }
    }

    /** The idempotency key stands for this turn, running or over: nothing was opened. */
    record Known(Turn turn) implements Opening {}

    /**
     * Another turn of the session runs, or others who wait for that one to end come first.
     *
     * @param running the turn that runs, or null if it has just ended
     * @param ofSession what the session says of such a case
     */
    record Busy(@Nullable TurnId running, IfRunning ofSession) implements Opening {}

    /** The session's running turn has lost its process: settle it, then try again. */
    record Dead(Turn turn) implements Opening {}
}
