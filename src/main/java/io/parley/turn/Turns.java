package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.session.ReadRoom;
import io.parley.stream.Listening;
import io.parley.usage.SessionTotals;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns: say something and get the reply. What the API calls. */
public interface Turns {

    /**
     * Opens a turn and sets it going; it goes on whoever listens.
     *
     * @param done called once what the request says is not needed any more, also after its client has left
     * @return once the input is stored: the turn, or the one that the idempotency key stands for. Fails, and nothing is
     *         stored, with {@code Failure.Invalid}, {@code NotFound}, {@code Conflict} or {@code Unavailable}
     */
    Uni<Started> start(TurnCommand command, Runnable done);

    /**
     * Returns the turn and its reply so far.
     *
     * @param room grants memory before a long reply is read
     */
    Uni<Snapshot> find(Owner owner, SessionId session, TurnId turn, ReadRoom room);

    /** Does the same without reserving memory. */
    default Uni<Snapshot> find(Owner owner, SessionId session, TurnId turn) {
        return find(owner, session, turn, ReadRoom.UNBOUNDED);
    }

    /** The turn once it is over, or as it stands after this time. Cancelling the wait does nothing to the turn. */
    Uni<Snapshot> await(Owner owner, SessionId session, TurnId turn, Duration limit);

    /**
     * Returns the turns of a session, newest first.
     *
     * @param room grants memory before long turns are read
     */
    Uni<Page<Turn>> list(Owner owner, SessionId session, @Nullable TurnState state, PageRequest page, ReadRoom room);

    /** What all turns of a session, and what was done beside them, have used. */
    Uni<SessionTotals> totals(Owner owner, SessionId session);

    /** Cancels a turn; says how it stands once it is over. No effect on one that is over. */
    Uni<Snapshot> cancel(Owner owner, SessionId session, TurnId turn);

    /** Ends the running turn of a session that is to be erased, if there is one. */
    Uni<Void> stopAll(Owner owner, SessionId session);

    /**
     * The events of a turn from an id on, live or from the log, on whichever replica it runs.
     *
     * @param after the last id the client has seen; 0: from the start
     */
    Uni<Listening> listen(Owner owner, SessionId session, TurnId turn, long after);

    /**
     * A turn that a request stands for.
     *
     * @param known whether an earlier request under the same idempotency key had opened it
     */
    record Started(Turn turn, boolean known) {

        /** Whether the request is answered with what an earlier one brought about. */
        public boolean replayed() {
            return known && turn.state().isOver();
        }
    }

    /**
     * A turn and its reply.
     *
     * @param reply what was said so far, or what was stored
     */
    record Snapshot(Turn turn, List<Content> reply) {
        public Snapshot { reply = List.copyOf(reply); }
    }
}
