package io.parley.turn;

import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.RawJson;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import org.jspecify.annotations.Nullable;

/**
 * The request to the store to open a turn. The caller makes the id of the turn, so that the opening can be repeated.
 *
 * @param message the storable form of the command's content; null if it has none
 * @param plan what to read, or null for the session's stored plan
 * @param place among the requests that wait for the running turn of the session
 */
public record OpenTurn(TurnCommand command, TurnId turn, @Nullable NewMessage message, @Nullable ReadPlan plan, Place place) {

    /** The place of a request among those that wait for the running turn of their session. */
    public enum Place {
        /** Behind the requests that wait, although it does not wait itself. */
        NONE,
        /** In line. */
        IN_LINE,
        /** Before the requests that wait. */
        FIRST
    }

    /** Returns the owner of the session. */
    public Owner owner() {
        return command.owner();
    }

    /** Returns the session of the turn. */
    public SessionId session() {
        return command.session();
    }

    /** Returns the point of the conversation at which the turn answers. */
    public Target target() {
        return command.target();
    }

    /** Returns the key that repetitions of the request share, or null if they are requests of their own. */
    public @Nullable IdempotencyKey idempotency() {
        return command.idempotency();
    }

    /** Returns whether the message follows the end of the conversation. */
    boolean saysNext() {
        return message != null && target() instanceof Target.Existing;
    }

    /** Returns the name under which the request waits, or null if it does not. It is as unique as the turn. */
    public @Nullable String waiter() {
        return place == Place.IN_LINE ? turn.value() : null;
    }

    /** Returns the same request in another place. */
    public OpenTurn at(Place other) {
        return new OpenTurn(command, turn, message, plan, other);
    }

    /** Returns the small part that is needed to undo the opening. */
    OpenTurn name() {
        TurnCommand small = new TurnCommand(command.caller(), new Target.Existing(session()), null, TurnOptions.NONE,
                Reaction.OF_SESSION, RawJson.EMPTY_OBJECT, idempotency());
        return new OpenTurn(small, turn, null, null, Place.NONE);
    }
}
