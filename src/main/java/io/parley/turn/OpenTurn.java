package io.parley.turn;

import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.Owner;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * The request to open a turn.
 *
 * @param turn made before; opening is repeatable by it
 * @param plan what to read, or null for the session's stored plan
 * @param waiter under which this request stands in line for the running turn to end, or null if it does not
 * @param overtakes whether it goes before those who stand in line
 */
public record OpenTurn(Owner owner, SessionId session, TurnId turn, Input input, TurnChoices choices,
        @Nullable ReadPlan plan, RawJson metadata, @Nullable IdempotencyKey idempotency, @Nullable String waiter,
        boolean overtakes) {

    /** The same, standing in line. The waiter is as unique as the turn, which nobody has seen yet. */
    public OpenTurn inLine() {
        return new OpenTurn(owner, session, turn, input, choices, plan, metadata, idempotency, turn.value(), false);
    }

    /** The same, before those who stand in line. */
    OpenTurn overtaking() {
        return new OpenTurn(owner, session, turn, input, choices, plan, metadata, idempotency, null, true);
    }
}
