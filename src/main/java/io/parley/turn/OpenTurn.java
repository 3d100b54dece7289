package io.parley.turn;

import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
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
 * @param model the turn's own choice, or null for the session's
 * @param plan what to read, or null for the session's stored plan
 * @param onDisconnect the turn's own choice, or null for the session's
 * @param onCrash the turn's own choice, or null for the session's
 */
public record OpenTurn(Owner owner, SessionId session, TurnId turn, Input input, @Nullable String model,
        @Nullable ReadPlan plan, @Nullable OnDisconnect onDisconnect, @Nullable OnCrash onCrash, RawJson metadata,
        @Nullable IdempotencyKey idempotency) {}
