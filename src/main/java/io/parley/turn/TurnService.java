package io.parley.turn;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Owner;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.session.Sessions;
import io.parley.stream.Listening;
import io.parley.stream.TurnStreams;
import io.parley.usage.SessionTotals;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Turns of this process and of all others. */
@ApplicationScoped
class TurnService implements Turns {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    /** How long a cancelled or erased turn is waited for: another process learns of it with its next batch or renewal. */
    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(10);
    private final TurnOpener opener;
    private final TurnWork work;
    private final TurnStore store;
    private final TurnStreams streams;
    private final RunningTurns running;
    private final Sessions sessions;
    private final TurnSettler settler;

    TurnService(TurnOpener opener, TurnWork work, TurnStore store, TurnStreams streams, RunningTurns running,
            Sessions sessions, TurnSettler settler) {
        this.opener = opener;
        this.work = work;
        this.store = store;
        this.streams = streams;
        this.running = running;
        this.sessions = sessions;
        this.settler = settler;
    }

    @Override
    public Uni<Started> start(TurnRequest request) {
        Uni<Started> starting = Uni.createFrom().deferred(() -> {
            running.checkRoom();
            return opener.open(request);
        }).map(opening -> switch (opening) {
            case Opening.Opened opened -> run(opened, request);
            case Opening.Known(Turn turn) -> new Started(turn, true);
            case Opening.Dead(Turn turn) -> throw new Failure.Conflict(FailureCode.TURN_RUNNING,
                    "A turn of this session is running.", turn.id());
        });
        return Uni.createFrom().emitter(client -> start(starting, client));
    }

    /** Whoever leaves meanwhile stops nothing: what the store has been asked may have happened, and then the turn must run. */
    private void start(Uni<Started> starting, UniEmitter<? super Started> client) {
        AtomicBoolean left = new AtomicBoolean();
        client.onTermination(() -> left.set(true));
        starting.subscribe().with(started -> {
            if (left.get()) {
                running.find(started.turn().id()).ifPresent(RunningTurn::unattended);
            }
            client.complete(started);
        }, client::fail);
    }

    private Started run(Opening.Opened opened, TurnRequest request) {
        RunningTurn turn = new RunningTurn(work, opened, request, running);
        running.add(turn);
        turn.run();
        return new Started(opened.turn(), false);
    }

    @Override
    public Uni<Snapshot> find(Owner owner, SessionId session, TurnId turn) {
        return store.find(owner, session, turn).chain(this::settledIfDead).chain(this::snapshot);
    }

    /** Whoever looks at a turn whose process has died settles it. */
    private Uni<Turn> settledIfDead(Turn turn) {
        return turn.state().isOver() || running.find(turn.id()).isPresent() ? Uni.createFrom().item(turn)
                : settler.settle(turn);
    }

    private Uni<Snapshot> snapshot(Turn turn) {
        if (turn.state().isOver()) {
            return Replies.stored(store, turn).map(reply -> new Snapshot(turn, reply));
        }
        return streams.textSoFar(turn).map(text -> new Snapshot(named(turn),
                text.isEmpty() ? List.of() : List.of(new Content.Text(text))));
    }

    /** Which model answers a running turn whose settings name none, or one that is no more; its end stores the name. */
    private Turn named(Turn turn) {
        return turn.state().isOver() ? turn : turn.withModel(work.rules.model(turn.model()).name());
    }

    @Override
    public Uni<Snapshot> await(Owner owner, SessionId session, TurnId turn, Duration limit) {
        return runningHere(owner, session, turn)
                .map(here -> attended(here, limit))
                .orElseGet(() -> atMost(limit, overElsewhere(owner, session, turn)))
                .chain(committed -> known(committed, owner, session, turn));
    }

    /** What was committed here is known without asking the store. */
    private Uni<Snapshot> known(Optional<Snapshot> committed, Owner owner, SessionId session, TurnId turn) {
        return committed.map(snapshot -> Uni.createFrom().item(snapshot)).orElseGet(() -> find(owner, session, turn));
    }

    /** Whoever waits for the whole turn listens to it: a client that goes away meanwhile counts as one that has left. */
    private static Uni<Optional<Snapshot>> attended(RunningTurn turn, Duration limit) {
        return Uni.createFrom().deferred(() -> {
            turn.log().join();
            return atMost(limit, turn.ending().over())
                    .onItemOrFailure().invoke(() -> turn.log().release())
                    .onCancellation().invoke(() -> turn.log().leave());
        });
    }

    private static Uni<Optional<Snapshot>> atMost(Duration limit, Uni<Optional<Snapshot>> wait) {
        return limit.isZero() ? Uni.createFrom().item(Optional.empty())
                : wait.ifNoItem().after(limit).recoverWithItem(Optional::empty);
    }

    private Uni<Optional<Snapshot>> overElsewhere(Owner owner, SessionId session, TurnId turn) {
        return store.find(owner, session, turn).chain(this::untilOver);
    }

    /** Looks at a turn of another process again and again; settles it if that process has died. */
    private Uni<Optional<Snapshot>> untilOver(Turn turn) {
        return turn.state().isOver() ? Uni.createFrom().item(Optional.empty())
                : settler.settle(turn).chain(found -> found.state().isOver() ? Uni.createFrom().item(Optional.empty())
                        : Uni.createFrom().voidItem().onItem().delayIt().by(LOOK_AGAIN).chain(() -> untilOver(found)));
    }

    @Override
    public Uni<Page<Turn>> list(Owner owner, SessionId session, @Nullable TurnState state, PageRequest page) {
        return store.list(owner, session, state, page)
                .map(found -> new Page<>(found.items().stream().map(this::named).toList(), found.before(), found.after()));
    }

    @Override
    public Uni<SessionTotals> totals(Owner owner, SessionId session) {
        return store.totals(owner, session);
    }

    @Override
    public Uni<Snapshot> cancel(Owner owner, SessionId session, TurnId turn) {
        return Uni.createFrom().deferred(() -> runningHere(owner, session, turn).map(TurnService::cancelHere)
                .orElseGet(() -> store.requestCancel(owner, session, turn).chain(this::untilOver)))
                .plug(cancelled -> atMost(CANCEL_LIMIT, cancelled))
                .chain(committed -> known(committed, owner, session, turn));
    }

    /** Without the store, so that what costs money can be stopped while it does not answer. */
    private static Uni<Optional<Snapshot>> cancelHere(RunningTurn turn) {
        turn.cancel();
        return turn.ending().over();
    }

    @Override
    public Uni<Void> stopAll(Owner owner, SessionId session) {
        return sessions.find(owner, session).map(Session::runningTurn)
                .chain(turn -> turn == null ? Uni.createFrom().voidItem() : cancel(owner, session, turn).replaceWithVoid());
    }

    @Override
    public Uni<Listening> listen(Owner owner, SessionId session, TurnId turn, long after) {
        return runningHere(owner, session, turn)
                .map(here -> streams.listen(here.opened().turn(), after))
                .orElseGet(() -> store.find(owner, session, turn).chain(found -> streams.listen(found, after)));
    }

    private Optional<RunningTurn> runningHere(Owner owner, SessionId session, TurnId turn) {
        return running.find(turn).filter(here -> here.opened().turn().session().equals(session)
                && here.opened().session().owner().equals(owner));
    }
}
