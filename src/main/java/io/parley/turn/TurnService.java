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
import io.parley.session.ReadRoom;
import io.parley.session.Sessions;
import io.parley.stream.Listening;
import io.parley.stream.SingleFlightReads;
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
    /** How long a cancelled or erased turn is waited for: another process learns of it with its next batch or renewal. */
    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(10);
    private final TurnOpener opener;
    private final TurnRules rules;
    private final TurnStore store;
    private final TurnStreams streams;
    private final RunningTurns running;
    private final Sessions sessions;
    private final DeadTurns dead;
    private final Elsewhere elsewhere;
    private final Drain drain;
    /** Shares the lookups, because many clients may begin to listen to one turn at the same time. */
    private final SingleFlightReads<Place, Turn> lookups = new SingleFlightReads<>();

    TurnService(TurnOpener opener, TurnRules rules, TurnStore store, TurnStreams streams, RunningTurns running,
            Sessions sessions, DeadTurns dead, Elsewhere elsewhere, Drain drain) {
        this.opener = opener;
        this.rules = rules;
        this.store = store;
        this.streams = streams;
        this.running = running;
        this.sessions = sessions;
        this.dead = dead;
        this.elsewhere = elsewhere;
        this.drain = drain;
    }

    private record Place(Owner owner, SessionId session, TurnId turn) {}

    @Override
    public Uni<Started> start(TurnCommand command, Runnable done) {
        return Uni.createFrom().emitter(client -> start(command, done, client));
    }

    /** Whoever leaves meanwhile stops nothing: what the store has been asked may have happened, and then the turn must run. */
    private void start(TurnCommand command, Runnable done, UniEmitter<? super Started> client) {
        AtomicBoolean left = new AtomicBoolean();
        client.onTermination(() -> left.set(true));
        running.begin(() -> opener.open(command, left::get).map(opening -> started(opening, command)))
                .onTermination().invoke(done)
                .subscribe()
                .with(started -> {
                    if (left.get()) {
                        running.find(started.turn().id()).ifPresent(TurnRun::unattended);
                    }
                    client.complete(started);
                }, client::fail);
    }

    private Started started(Opening opening, TurnCommand command) {
        return switch (opening) {
            case Opening.Opened opened -> run(opened, command.options());
            case Opening.Known(Turn turn) -> new Started(turn, true);
            case Opening.Dead(Turn turn) -> throw running(turn.id());
            case Opening.Busy busy -> throw running(busy.running());
        };
    }

    private static Failure running(@Nullable TurnId turn) {
        return new Failure.Conflict(FailureCode.TURN_RUNNING,
                "A turn is running in this session. Wait until it ends, or cancel it.", turn);
    }

    private Started run(Opening.Opened opened, TurnOptions options) {
        running.run(opened, options);
        return new Started(opened.turn(), false);
    }

    @Override
    public Uni<Snapshot> find(Owner owner, SessionId session, TurnId turn, ReadRoom room) {
        return store.find(owner, session, turn).chain(this::settledIfDead).chain(found -> snapshot(found, room));
    }

    /** Whoever looks at a turn whose process has died settles it. */
    private Uni<Turn> settledIfDead(Turn turn) {
        return turn.state().isOver() || running.find(turn.id()).isPresent() ? Uni.createFrom().item(turn)
                : dead.settle(turn);
    }

    private Uni<Snapshot> snapshot(Turn turn, ReadRoom room) {
        if (turn.state().isOver()) {
            return Replies.stored(store, turn, room).map(reply -> new Snapshot(turn, reply));
        }
        return streams.textSoFar(turn).map(text -> running(turn, text));
    }

    private Snapshot running(Turn turn, String text) {
        return new Snapshot(named(turn), text.isEmpty() ? List.of() : List.of(new Content.Text(text)));
    }

    /** Which model answers a running turn whose settings name none, or one that is no more; its end stores the name. */
    private Turn named(Turn turn) {
        return turn.state().isOver() ? turn : turn.withModel(rules.model(turn.model()).name());
    }

    @Override
    public Uni<Snapshot> await(Owner owner, SessionId session, TurnId turn, Duration limit) {
        return runningHere(owner, session, turn)
                .map(here -> attended(here, limit))
                .orElseGet(() -> untilDrained(Uni.createFrom().item(Optional.empty()),
                        overElsewhere(session, turn, store.follow(owner, session, turn), limit)))
                .chain(committed -> known(committed, owner, session, turn));
    }

    /** Waits for a turn of another process; its end is read from the store. */
    private Uni<Optional<Snapshot>> overElsewhere(SessionId session, TurnId turn, Uni<Turn> asking, Duration limit) {
        return elsewhere.over(session, turn, asking, limit).replaceWith(Optional.empty());
    }

    /** What was committed here is known without asking the store. */
    private Uni<Snapshot> known(Optional<Snapshot> committed, Owner owner, SessionId session, TurnId turn) {
        return committed.map(snapshot -> Uni.createFrom().item(snapshot)).orElseGet(() -> find(owner, session, turn));
    }

    /** Whoever waits for the whole turn listens to it: a client that goes away meanwhile counts as one that has left. */
    private Uni<Optional<Snapshot>> attended(TurnRun turn, Duration limit) {
        return Uni.createFrom().deferred(() -> {
            turn.log().join();
            return atMost(limit, untilDrained(turn.log().text().map(text -> Optional.of(running(turn.opened().turn(), text))),
                    turn.ending().over()))
                    .onItemOrFailure().invoke(() -> turn.log().release())
                    .onCancellation().invoke(() -> turn.log().leave());
        });
    }

    /** What is waited for, or something else once this process lets nobody wait any more. */
    private Uni<Optional<Snapshot>> untilDrained(Uni<Optional<Snapshot>> otherwise, Uni<Optional<Snapshot>> wait) {
        return Uni.combine().any().of(wait, drain.over().chain(() -> otherwise));
    }

    private static Uni<Optional<Snapshot>> atMost(Duration limit, Uni<Optional<Snapshot>> wait) {
        return limit.isZero() ? Uni.createFrom().item(Optional.empty())
                : wait.ifNoItem().after(limit).recoverWithItem(Optional::empty);
    }

    @Override
    public Uni<Page<Turn>> list(Owner owner, SessionId session, @Nullable TurnState state, PageRequest page,
            ReadRoom room) {
        return store.list(owner, session, state, page, room)
                .map(found -> new Page<>(found.items().stream().map(this::named).toList(), found.before(), found.after(),
                        found.bytes()));
    }

    @Override
    public Uni<SessionTotals> totals(Owner owner, SessionId session) {
        return store.totals(owner, session);
    }

    @Override
    public Uni<Snapshot> cancel(Owner owner, SessionId session, TurnId turn) {
        return Uni.createFrom().deferred(() -> runningHere(owner, session, turn)
                .map(here -> atMost(CANCEL_LIMIT, cancelHere(here)))
                .orElseGet(() -> overElsewhere(session, turn, store.requestCancel(owner, session, turn), CANCEL_LIMIT)))
                .chain(committed -> known(committed, owner, session, turn));
    }

    /** Without the store, so that what costs money can be stopped while it does not answer. */
    private static Uni<Optional<Snapshot>> cancelHere(TurnRun turn) {
        turn.cancel();
        return turn.ending().over();
    }

    @Override
    public Uni<Void> stopAll(Owner owner, SessionId session) {
        return sessions.outline(owner, session).map(Session::runningTurn)
                .chain(turn -> turn == null ? Uni.createFrom().voidItem() : cancel(owner, session, turn).replaceWithVoid());
    }

    @Override
    public Uni<Listening> listen(Owner owner, SessionId session, TurnId turn, long after) {
        return runningHere(owner, session, turn)
                .map(here -> streams.listen(here.opened().turn(), after))
                .orElseGet(() -> lookups.read(new Place(owner, session, turn), System.nanoTime(),
                        () -> store.find(owner, session, turn)).chain(found -> streams.listen(found, after)));
    }

    private Optional<TurnRun> runningHere(Owner owner, SessionId session, TurnId turn) {
        return running.find(turn).filter(here -> here.opened().turn().session().equals(session)
                && here.opened().session().owner().equals(owner));
    }
}
