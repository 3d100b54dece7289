package io.parley.turn;

import io.parley.conversation.ImageBytes;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps turns. Port; {@code store} implements it.
 * <p>
 * Every change is one atomic round trip, fenced by turn and epoch, and may be repeated when its outcome is unknown. Every
 * method fails with {@code Failure.NotFound} if there is no such thing for this owner, and with
 * {@code Failure.Unavailable} if the store does not answer.
 */
public interface TurnStore {

    /**
     * Checks that the session is there and no turn runs, remembers the idempotency key, appends the input, records the turn
     * with a new epoch and a lease, and reads the settings and the history that the plan asks for.
     *
     * @return fails with {@code Conflict} ({@code TURN_RUNNING}, {@code NOTHING_TO_ANSWER}), {@code Invalid}
     *         ({@code IDEMPOTENCY_KEY_REUSED}, {@code SESSION_FULL}) or {@code NotFound}; then nothing was stored
     */
    Uni<Opening> open(OpenTurn open);

    /**
     * Undoes an opening whose outcome stayed unknown: if the turn was opened it and its input are removed, else it can never
     * be opened any more. Repeatable; fails only if the store does not answer.
     */
    Uni<Void> undo(OpenTurn open);

    /** Appends the reply, ends the turn, stores the events and the read plan. */
    Uni<Committed> commit(CommitTurn commit);

    /**
     * Takes over a turn whose lease has run out by the store's clock. Of several who try, one gets it.
     *
     * @return the turn under its new epoch, or as it stands if it is not the caller's
     */
    Uni<TakeOver> takeOver(SessionId session, TurnId turn, long epoch);

    /** Asks the owner of a running turn to cancel it; says how the turn stands. No effect on a turn that is over. */
    Uni<Turn> requestCancel(Owner owner, SessionId session, TurnId turn);

    /** One turn. */
    Uni<Turn> find(Owner owner, SessionId session, TurnId turn);

    /** One turn, for those who have checked the owner already. */
    Uni<Turn> find(SessionId session, TurnId turn);

    /** The turns, newest first. */
    Uni<Page<Turn>> list(Owner owner, SessionId session, @Nullable TurnState state, PageRequest page);

    /** The history that a plan asks for, newest messages in conversation order, {@code before} excluded. */
    Uni<History> read(SessionId session, @Nullable MessageId before, ReadPlan plan);

    /** One message, superseded or not; empty if it has been removed. */
    Uni<Optional<Message>> message(SessionId session, MessageId message);

    /** The bytes of images of this session, by hash; unknown hashes are missing from the answer. */
    Uni<Map<String, ImageBytes>> images(SessionId session, Collection<String> sha256);

    /**
     * A part of the history.
     *
     * @param complete whether it starts with the first message of the conversation
     */
    record History(List<Message> messages, boolean complete) {
        public History { messages = List.copyOf(messages); }
    }
}
