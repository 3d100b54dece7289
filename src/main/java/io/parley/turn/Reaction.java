package io.parley.turn;

import io.parley.conversation.IfRunning;
import io.parley.conversation.OnCrash;
import io.parley.conversation.OnDisconnect;
import org.jspecify.annotations.Nullable;

/**
 * The reaction of a turn to events from outside. Null means that the session decides.
 *
 * @param ifRunning if another turn of the session runs
 * @param onDisconnect if the last listener leaves
 * @param onCrash if the process of the turn dies
 */
public record Reaction(@Nullable IfRunning ifRunning, @Nullable OnDisconnect onDisconnect, @Nullable OnCrash onCrash) {
    /** A request that leaves all reactions to its session. */
    public static final Reaction OF_SESSION = new Reaction(null, null, null);
}
