package io.parley.turn;

import io.parley.context.StoredContext;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.NewMessage;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Role;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.session.ReadRoom;
import io.parley.usage.SessionTotals;
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
     * Finds the turn of an idempotency key.
     *
     * @return empty if there is none, or if a repetition of its request would run it again; fails with {@code Invalid} ({@code
     *         IDEMPOTENCY_KEY_REUSED}) if the key belongs to another request
     */
    Uni<Optional<Turn>> known(Owner owner, SessionId session, IdempotencyKey key);

    /**
     * Undoes an opening whose outcome stayed unknown: if the turn was opened it and its input are removed, else it can never
     * be opened any more. Repeatable; fails only if the store does not answer.
     */
    Uni<Void> undo(OpenTurn open);

    /** Appends the reply, ends the turn, stores the events and the read plan. */
    Uni<Committed> commit(CommitTurn commit);

    /**
     * Takes over a turn whose lease has run out by the store's clock. If several processes try, one of them gets it. No process
     * gets it just after the store was away, because the turn's owner may live and could not renew the lease.
     *
     * @param atOnce not to wait for the lease of a turn that was asked to stop
     * @return the turn under its new epoch, or as it stands if it is not the caller's
     */
    Uni<TakeOver> takeOver(SessionId session, TurnId turn, long epoch, boolean atOnce);

    /**
     * Begins a turn again that the caller has taken over.
     *
     * @return empty if it has begun so often already, or is not the caller's any more
     */
    Uni<Optional<Restarted>> restart(Turn taken, int most);

    /** Asks the owner of a running turn to cancel it, then as {@link #follow}. No effect on a turn that is over. */
    Uni<Turn> requestCancel(Owner owner, SessionId session, TurnId turn);

    /** One turn; if it is not over this replica gets a {@code Notice.TurnOver} once it is. */
    Uni<Turn> follow(Owner owner, SessionId session, TurnId turn);

    /** Whether a request that stands in line may try to open its turn; says that it is still there. */
    Uni<Boolean> mayOpen(OpenTurn waiter);

    /** A request that stood in line for the running turn to end does so no more. */
    Uni<Void> leaveLine(OpenTurn open);

    /** One turn. */
    Uni<Turn> find(Owner owner, SessionId session, TurnId turn);

    /** One turn, for those who have checked the owner already. */
    Uni<Turn> find(SessionId session, TurnId turn);

    /**
     * Returns the turns, newest first.
     *
     * @param room grants memory before long turns are read
     */
    Uni<Page<Turn>> list(Owner owner, SessionId session, @Nullable TurnState state, PageRequest page, ReadRoom room);

    /** Does the same without reserving memory. */
    default Uni<Page<Turn>> list(Owner owner, SessionId session, @Nullable TurnState state, PageRequest page) {
        return list(owner, session, state, page, ReadRoom.UNBOUNDED);
    }

    /**
     * Reads a session as a turn would find it, without opening one. It fails as the opening would if the target has no message
     * to stand on. A message at the end of the conversation, and the conversation as it stands, may stand on anything.
     *
     * @param message the message that the turn would add, or null
     * @param plan what to read, or null for the session's stored plan
     */
    Uni<Peeked> peek(Owner owner, Target target, @Nullable NewMessage message, @Nullable ReadPlan plan);

    /** What all turns of a session, and what was done beside them, have used. */
    Uni<SessionTotals> totals(Owner owner, SessionId session);

    /** The history that a plan asks for, newest messages in conversation order, {@code before} excluded. */
    Uni<History> read(SessionId session, @Nullable MessageId before, ReadPlan plan);

    /**
     * Returns one message, superseded or not; empty if it has been removed.
     *
     * @param room grants memory before a long message is read
     */
    Uni<Optional<Message>> message(SessionId session, MessageId message, ReadRoom room);

    /** Does the same without reserving memory. */
    default Uni<Optional<Message>> message(SessionId session, MessageId message) {
        return message(session, message, ReadRoom.UNBOUNDED);
    }

    /** The bytes of images of this session, by hash; unknown hashes are missing from the answer. */
    Uni<Map<String, ImageBytes>> images(SessionId session, Collection<String> sha256);

    /**
     * A session as a turn would find it. What the turn would supersede is gone from it; what is said anew is not yet in it.
     *
     * @param session with the totals of that
     * @param history the newest messages in conversation order, as far back as {@code read} reaches
     * @param read the plan by which the history was read
     * @param complete whether the history starts with the first message of the conversation
     * @param through the newest number of the conversation that the turn would go on from; an input that it would bring back
     *        has a higher one. 0: it would begin
     * @param next the number that something said anew would have
     * @param heads the newest messages, newest first
     */
    record Peeked(Session session, List<Message> history, ReadPlan read, boolean complete, StoredContext context,
            long through, long next, List<Head> heads) {
        /** Most messages of which {@code heads} tells. */
        public static final int MOST_HEADS = 1_000;

        public Peeked {
            history = List.copyOf(history);
            heads = List.copyOf(heads);
        }
    }

    /**
     * A turn that is to be run again.
     *
     * @param opened as its opening would find it now
     * @param options of its request
     */
    record Restarted(Opening.Opened opened, TurnOptions options) {}

    /**
     * A message without what it says.
     *
     * @param tokens as counted when it was written
     */
    record Head(MessageId id, Role role, long tokens) {}

    /**
     * A part of the history.
     *
     * @param complete whether it starts with the first message of the conversation
     */
    record History(List<Message> messages, boolean complete) {
        public History { messages = List.copyOf(messages); }
    }
}
