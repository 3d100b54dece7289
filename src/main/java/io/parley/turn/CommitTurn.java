package io.parley.turn;

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
 * @param plan what the next turn will read, or null to leave the stored plan
 * @param events those of the log that are not stored yet, the terminal one last
 */
public record CommitTurn(Turn turn, List<Content> reply, TokenCount tokens, @Nullable ReadPlan plan,
        List<NumberedEvent> events) {
    public CommitTurn {
        reply = List.copyOf(reply);
        events = List.copyOf(events);
    }
}
