package io.parley.turn.recover;

import io.parley.conversation.Content;
import io.parley.conversation.FailureCode;
import io.parley.conversation.FinishReason;
import io.parley.conversation.Problem;
import io.parley.conversation.SessionId;
import io.parley.conversation.TokenCount;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.conversation.Usage;
import io.parley.session.ReadRoom;
import io.parley.stream.EventLogStore;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEndings;
import io.parley.stream.TurnEvent;
import io.parley.turn.CommitTurn;
import io.parley.turn.Committed;
import io.parley.turn.DeadTurns;
import io.parley.turn.Drain;
import io.parley.turn.Replies;
import io.parley.turn.RunningTurns;
import io.parley.turn.StoredReply;
import io.parley.turn.TakeOver;
import io.parley.turn.TurnRules;
import io.parley.turn.TurnStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Ends turns whose process has died, or does not do what it was asked to: what their log holds becomes the reply. A turn whose
 * request wanted that is run again instead.
 */
@ApplicationScoped
class TurnSettler implements DeadTurns, TurnEndings {
    /** More than an owner can have shown without storing: at most 4 KiB, and an event is never empty. */
    private static final int ID_GAP = 10_000;
    private final TurnStore store;
    private final EventLogStore logs;
    private final TurnRules rules;
    private final Restarts restarts;
    private final RunningTurns running;
    private final Drain drain;
    private final InstantSource clock;

    TurnSettler(TurnStore store, EventLogStore logs, TurnRules rules, Restarts restarts, RunningTurns running,
            Drain drain, InstantSource clock) {
        this.store = store;
        this.logs = logs;
        this.rules = rules;
        this.restarts = restarts;
        this.running = running;
        this.drain = drain;
        this.clock = clock;
    }

    @Override
    public Uni<Turn> settle(Turn dead) {
        boolean leave = drain.hasBegun() || running.isRunning(dead.id());
        return leave ? store.find(dead.session(), dead.id()) : takeOver(dead, false);
    }

    /**
     * Returns an id above all ids that any earlier owner can have shown. It grows with the epoch, because several owners may
     * have ended one after the other without storing anything.
     */
    static long idAbove(Turn taken, long stored) {
        return stored + ID_GAP * taken.epoch();
    }

    @Override
    public Uni<Turn> fence(Turn cancelled) {
        return takeOver(cancelled, true);
    }

    private Uni<Turn> takeOver(Turn from, boolean atOnce) {
        return store.takeOver(from.session(), from.id(), from.epoch(), atOnce)
                .chain(takeOver -> switch (takeOver) {
                    case TakeOver.Taken(Turn turn, boolean cancelled) -> cancelled ? end(turn, TurnState.CANCELLED)
                            : restartOrInterrupt(turn);
                    case TakeOver.Left(Turn turn) -> Uni.createFrom().item(turn);
                });
    }

    private Uni<Turn> restartOrInterrupt(Turn turn) {
        return restarts.begin(turn)
                .chain(begun -> begun ? Uni.createFrom().item(turn) : end(turn, TurnState.INTERRUPTED));
    }

    private Uni<Turn> end(Turn turn, TurnState state) {
        StoredReply reply = new StoredReply(logs, turn);
        return reply.read()
                .chain(() -> rules.count(reply.model(), reply.content()))
                .chain(tokens -> store.commit(ending(turn, state, reply, tokens)))
                .map(committed -> switch (committed) {
                    case Committed.Stored(Turn stored) -> stored;
                    case Committed.Lost(Turn stored) -> stored;
                    case Committed.Gone() -> turn;
                });
    }

    private CommitTurn ending(Turn turn, TurnState state, StoredReply reply, TokenCount tokens) {
        List<Content> content = reply.content();
        boolean interrupted = state == TurnState.INTERRUPTED;
        Problem problem = interrupted ? new Problem(FailureCode.INTERRUPTED,
                "The process that ran this turn died. The text so far is kept. Try again with regenerate.", true, null) : null;
        // What went in was known to the other process only: output alone has no honest price.
        Usage usage = new Usage(0, 0, 0, content.isEmpty() ? 0 : tokens.tokens(), 0, true);
        Turn ended = new Turn(turn.id(), turn.session(), state, turn.epoch(), turn.userMessage(),
                turn.reply(), !content.isEmpty(), rules.model(reply.model()).name(),
                interrupted ? FinishReason.INTERRUPTED : FinishReason.CANCELLED, usage,
                null, problem, turn.onDisconnect(), turn.onCrash(),
                turn.metadata(), turn.createdAt(), clock.instant(), null);
        long id = idAbove(turn, reply.lastId());
        return new CommitTurn(ended, content, tokens, null, List.of(
                new NumberedEvent(id, new TurnEvent.Reset(reply.text())),
                new NumberedEvent(id + 1, TurnEvent.terminal(ended))));
    }

    @Override
    public Uni<Optional<Ending>> ifOver(SessionId session, TurnId turn) {
        return store.find(session, turn)
                .chain(found -> found.state().isOver() ? Uni.createFrom().item(found) : settle(found))
                .chain(found -> found.state().isOver() ? text(found).map(text -> Optional.of(new Ending(found, text)))
                        : Uni.createFrom().item(Optional.empty()));
    }

    private Uni<String> text(Turn turn) {
        return Replies.stored(store, turn, ReadRoom.UNBOUNDED).map(Replies::text);
    }
}
