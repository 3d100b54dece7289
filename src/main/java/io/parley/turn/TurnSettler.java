package io.parley.turn;

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
import io.parley.provider.Model;
import io.parley.stream.EventLogStore;
import io.parley.stream.NumberedEvent;
import io.parley.stream.TurnEndings;
import io.parley.stream.TurnEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Ends turns whose process has died: what their log holds becomes an interrupted reply. */
@ApplicationScoped
class TurnSettler implements TurnEndings {
    /**
     * Above every id that the dead owner can have shown: it shows at most 4 KiB more than it stored, and an event is never
     * empty.
     */
    private static final int ID_GAP = 10_000;
    private final TurnStore store;
    private final EventLogStore logs;
    private final TurnRules rules;
    private final InstantSource clock;

    TurnSettler(TurnStore store, EventLogStore logs, TurnRules rules, InstantSource clock) {
        this.store = store;
        this.logs = logs;
        this.rules = rules;
        this.clock = clock;
    }

    /** Takes a dead turn over and ends it; says how it then stands. A turn that proves alive or over is left alone. */
    Uni<Turn> settle(Turn dead) {
        return store.takeOver(dead.session(), dead.id(), dead.epoch())
                .chain(takeOver -> switch (takeOver) {
                    case TakeOver.Taken(Turn turn) -> interrupt(turn);
                    case TakeOver.Left(Turn turn) -> Uni.createFrom().item(turn);
                });
    }

    private Uni<Turn> interrupt(Turn turn) {
        StoredReply reply = new StoredReply(logs, turn);
        return reply.read()
                .chain(() -> rules.count(turn.model(), reply.content()))
                .chain(tokens -> store.commit(ending(turn, reply, tokens)))
                .map(committed -> switch (committed) {
                    case Committed.Stored(Turn stored) -> stored;
                    case Committed.Lost(Turn stored) -> stored;
                    case Committed.Gone() -> turn;
                });
    }

    private CommitTurn ending(Turn turn, StoredReply reply, TokenCount tokens) {
        List<Content> content = reply.content();
        Problem problem = new Problem(FailureCode.INTERRUPTED,
                "The process that ran this turn died; what it had said is kept. Try again with regenerate.", true, null);
        Model model = rules.model(turn.model());
        // What went in was known to the dead process only: output alone has no honest price.
        Usage usage = new Usage(0, 0, 0, content.isEmpty() ? 0 : tokens.tokens(), 0, true);
        Turn ended = new Turn(turn.id(), turn.session(), TurnState.INTERRUPTED, turn.epoch(), turn.userMessage(),
                turn.reply(), !content.isEmpty(), model.name(), FinishReason.INTERRUPTED, usage,
                null, problem, turn.onDisconnect(), turn.onCrash(),
                turn.metadata(), turn.createdAt(), clock.instant(), null);
        TurnEvent failed = new TurnEvent.Failed(ended.state(), problem, content.isEmpty() ? null : ended.reply(), usage,
                null, true);
        long id = reply.lastId() + ID_GAP;
        return new CommitTurn(ended, content, tokens, null, List.of(
                new NumberedEvent(id, new TurnEvent.Reset(reply.text())), new NumberedEvent(id + 1, failed)));
    }

    @Override
    public Uni<Optional<Ending>> ifOver(SessionId session, TurnId turn) {
        return store.find(session, turn)
                .chain(found -> found.state().isOver() ? Uni.createFrom().item(found) : settle(found))
                .chain(found -> found.state().isOver() ? text(found).map(text -> Optional.of(new Ending(found, text)))
                        : Uni.createFrom().item(Optional.empty()));
    }

    private Uni<String> text(Turn turn) {
        return Replies.stored(store, turn).map(Replies::text);
    }
}
