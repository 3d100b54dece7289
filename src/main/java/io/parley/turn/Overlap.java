package io.parley.turn;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IfRunning;
import io.parley.conversation.TurnId;
import io.parley.stream.Notice;
import io.parley.stream.Watch;
import io.parley.stream.Watches;
import io.parley.turn.OpenTurn.Place;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What becomes of an input that comes while another turn of its session runs: refused, put in its place, or made to wait. */
@ApplicationScoped
class Overlap {
    /** How many turns one request cancels, should others come before it again and again. */
    private static final int MOST_CANCELLED = 5;
    private final TurnStore store;
    private final DeadTurns dead;
    private final Elsewhere elsewhere;
    private final RunningTurns running;
    private final Watches watches;
    private final TurnConfig config;
    private final ResultsBeforeCancel results;

    Overlap(TurnStore store, DeadTurns dead, Elsewhere elsewhere, RunningTurns running, Watches watches,
            TurnConfig config, ResultsBeforeCancel results) {
        this.store = store;
        this.dead = dead;
        this.elsewhere = elsewhere;
        this.running = running;
        this.watches = watches;
        this.config = config;
        this.results = results;
    }

    /**
     * Opens a turn as the request, or else the session, says of such a case.
     *
     * @param opening tries to open it, any number of times
     * @param left whether the client has gone: nobody waits for it then
     * @return anything but {@code Busy}; fails with {@code Conflict} where the turn was not opened
     */
    Uni<Opening> open(OpenTurn open, Function<OpenTurn, Uni<Opening>> opening, BooleanSupplier left) {
        IfRunning wish = open.command().reaction().ifRunning();
        if (wish == IfRunning.WAIT) {
            return waitingFor(open, opening, left);
        }
        return opening.apply(open).chain(first -> first instanceof Opening.Busy busy
                ? open(open, wish != null ? wish : busy.ofSession(), busy, opening, left)
                : Uni.createFrom().item(first));
    }

    private Uni<Opening> open(OpenTurn open, IfRunning how, Opening.Busy busy, Function<OpenTurn, Uni<Opening>> opening,
            BooleanSupplier left) {
        return switch (how) {
            case REJECT -> busy.running() == null ? overtaking(open, opening)
                    : Uni.createFrom().failure(refusal("Wait until it ends, or cancel it.", busy.running()));
            case CANCEL -> results.check(open, busy.running())
                    .chain(() -> inPlaceOf(busy, open.at(Place.FIRST), opening, MOST_CANCELLED));
            case WAIT -> waitingFor(open, opening, left);
        };
    }

    /** Who waits for nobody does not wait for those who do. */
    private static Uni<Opening> overtaking(OpenTurn open, Function<OpenTurn, Uni<Opening>> opening) {
        return opening.apply(open.at(Place.FIRST)).map(next -> {
            if (next instanceof Opening.Busy busy) {
                throw refusal("Wait until it ends, or cancel it.", busy.running());
            }
            return next;
        });
    }

    private static Failure refusal(String advice, @Nullable TurnId running) {
        return new Failure.Conflict(FailureCode.TURN_RUNNING, "A turn is running in this session. " + advice, running);
    }

    private Uni<Opening> inPlaceOf(Opening.Busy busy, OpenTurn open, Function<OpenTurn, Uni<Opening>> opening, int mayCancel) {
        TurnId other = busy.running();
        if (mayCancel == 0) {
            return Uni.createFrom().failure(refusal("Other requests keep starting turns before this one. Try again.", other));
        }
        Uni<Void> ended = other == null ? Uni.createFrom().voidItem() : end(open, other);
        return ended.chain(() -> opening.apply(open)).chain(next -> next instanceof Opening.Busy again
                ? inPlaceOf(again, open, opening, mayCancel - 1)
                : Uni.createFrom().item(next));
    }

    /** Has a turn end itself, and stores its end for it where it does not do so in time. */
    private Uni<Void> end(OpenTurn open, TurnId turn) {
        running.find(turn).ifPresent(TurnRun::cancel);
        return elsewhere.over(open.session(), turn, store.requestCancel(open.owner(), open.session(), turn), config.takeOver())
                .chain(found -> found.state().isOver() ? Uni.createFrom().voidItem() : dead.fence(found).replaceWithVoid())
                // Its opening has been undone meanwhile; a session that is gone is noticed by the next try.
                .onFailure(Failure.NotFound.class).recoverWithNull();
    }

    private Uni<Opening> waitingFor(OpenTurn open, Function<OpenTurn, Uni<Opening>> opening, BooleanSupplier left) {
        return Uni.createFrom().deferred(() -> {
            Watch watch = watches.open(new Notice.SessionFree(open.session()));
            long end = System.nanoTime() + config.waitLimit().toNanos();
            OpenTurn waiter = open.at(Place.IN_LINE);
            return tried(waiter, opening, watch, end, left)
                    .onFailure().call(() -> leave(waiter))
                    .onTermination().invoke(watch::close);
        });
    }

    private Uni<Opening> tried(OpenTurn waiter, Function<OpenTurn, Uni<Opening>> opening, Watch watch, long end,
            BooleanSupplier left) {
        return opening.apply(waiter).chain(next -> switch (next) {
            case Opening.Busy busy -> waited(waiter, busy, opening, watch, end, left);
            case Opening.Known _,Opening.Dead _ -> leave(waiter).replaceWith(next);
            case Opening.Opened _ -> Uni.createFrom().item(next);
        });
    }

    private Uni<Opening> waited(OpenTurn waiter, Opening.Busy busy, Function<OpenTurn, Uni<Opening>> opening, Watch watch,
            long end, BooleanSupplier left) {
        Duration rest = Duration.ofNanos(end - System.nanoTime());
        if (left.getAsBoolean() || !rest.isPositive()) {
            return Uni.createFrom()
                    .failure(refusal("It did not end in the time that a request may wait. Try again later.", busy.running()));
        }
        return watch.next(rest).chain(() -> {
            running.checkRoom();
            return left.getAsBoolean() ? waited(waiter, busy, opening, watch, end, left)
                    : store.mayOpen(waiter).chain(may -> may ? tried(waiter, opening, watch, end, left)
                            : waited(waiter, busy, opening, watch, end, left));
        });
    }

    /** Lets the next one have his turn; who is not heard of any more is believed to have gone anyway. */
    private Uni<Void> leave(OpenTurn waiter) {
        return store.leaveLine(waiter).onFailure().recoverWithNull();
    }
}
