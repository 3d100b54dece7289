package io.parley.turn;

import io.parley.context.ContextState;
import io.parley.conversation.Content;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.stream.NumberedEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request to end a turn.
 *
 * @param turn as it is to be stored: its state is over
 * @param reply the blocks of the reply, empty if nothing was said
 * @param tokens of the reply
 * @param next what the next turn will begin with, or null to leave what is stored
 * @param events those of the log that are not stored yet, the terminal one last
 */
public record CommitTurn(Turn turn, List<Content> reply, TokenCount tokens, @Nullable Next next,
        List<NumberedEvent> events) {
    public CommitTurn {
        reply = List.copyOf(reply);
        events = List.copyOf(events);
    }

    /**
     * What the next turn will begin with.
     *
     * @param plan what it will read
     * @param state how the context was chosen
     * @param version for which both hold; they are not stored if it is another one by now
     */
    public record Next(ReadPlan plan, ContextState state, long version) {}
}
