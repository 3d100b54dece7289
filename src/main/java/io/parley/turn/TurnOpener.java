package io.parley.turn;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.turn.OpenTurn.Place;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Opens turns: checks the request, stores the input, and settles a dead predecessor that stands in the way. */
@ApplicationScoped
class TurnOpener {
    private static final int TRIES = 3;
    private final TurnStore store;
    private final TurnRules rules;
    private final CommandIntake intake;
    private final DeadTurns dead;
    private final Overlap overlap;
    private final RunningMarks marks;
    private final UndoQueue undos;

    TurnOpener(TurnStore store, TurnRules rules, CommandIntake intake, DeadTurns dead, Overlap overlap,
            RunningMarks marks, UndoQueue undos) {
        this.store = store;
        this.rules = rules;
        this.intake = intake;
        this.dead = dead;
        this.overlap = overlap;
        this.marks = marks;
        this.undos = undos;
    }

    /**
     * Opens a turn, or finds the turn that the idempotency key stands for.
     *
     * @param left whether the client has gone, so that a request that waits for another turn need not be opened any more
     */
    Uni<Opening> open(TurnCommand command, BooleanSupplier left) {
        return intake.check(command).replaceWith(Optional.<Opening> empty())
                .onFailure(Failure.Invalid.class).recoverWithUni(refusal -> known(command, refusal))
                .chain(known -> known.map(found -> Uni.createFrom().item(found)).orElseGet(() -> fresh(command, left)));
    }

    /**
     * Returns the turn of an earlier request with this key, even if the rules have changed since; fails with the refusal if
     * there is none.
     */
    private Uni<Optional<Opening>> known(TurnCommand command, Throwable refusal) {
        IdempotencyKey key = command.idempotency();
        if (key == null) {
            return Uni.createFrom().failure(refusal);
        }
        return store.known(command.owner(), command.session(), key).chain(found -> found.isEmpty()
                ? Uni.createFrom().failure(refusal)
                : Uni.createFrom().item(found.map(Opening.Known::new)));
    }

    private Uni<Opening> fresh(TurnCommand command, BooleanSupplier left) {
        return intake.take(command)
                .map(message -> new OpenTurn(command, TurnId.create(), message, rules.plan(command.options()), Place.NONE))
                .chain(open -> marked(open, left));
    }

    /** Marks the turn as running beside its opening, so that there is no moment at which its process may die unmarked. */
    private Uni<Opening> marked(OpenTurn open, BooleanSupplier left) {
        marks.begun(open.session(), open.turn());
        return overlap.open(open, it -> open(it, TRIES), left)
                .invoke(opening -> unmark(open, !(opening instanceof Opening.Opened)))
                .onFailure().invoke(failure -> unmark(open, !mayBeOpen(failure)));
    }

    private void unmark(OpenTurn open, boolean notOpened) {
        if (notOpened) {
            marks.over(open.session(), open.turn());
        }
    }

    private Uni<Opening> open(OpenTurn open, int triesLeft) {
        if (open.waiter() != null) {
            // Whoever has waited long is not in the index any more.
            marks.begun(open.session(), open.turn());
        }
        return store.open(open)
                .onFailure(TurnOpener::mayBeOpen).invoke(() -> undos.add(open))
                .chain(opening -> switch (opening) {
                    case Opening.Dead(var running) when triesLeft > 1 ->
                        settled(running).chain(() -> open(open, triesLeft - 1));
                    case Opening.Opened opened -> answerable(open, opened);
                    case Opening.Dead _,Opening.Known _,Opening.Busy _ -> Uni.createFrom().item(opening);
                });
    }

    /** Refuses results that leave other calls of the same reply unanswered, and undoes the stored input. */
    private Uni<Opening> answerable(OpenTurn open, Opening.Opened opened) {
        List<String> missing = open.saysNext() ? MissingResults.of(opened.history()) : List.of();
        if (missing.isEmpty()) {
            return Uni.createFrom().item(opened);
        }
        return store.undo(open)
                .onFailure().invoke(() -> undos.add(open))
                .onFailure().recoverWithNull()
                .chain(() -> Uni.createFrom().failure(MissingResults.refusal(missing)));
    }

    /** One whose opening has been undone meanwhile is in nobody's way. */
    private Uni<Void> settled(Turn running) {
        return dead.settle(running).replaceWithVoid().onFailure(Failure.NotFound.class).recoverWithNull();
    }

    /** Whether the turn may be open although the client is told that it is not: all but a refusal that was read. */
    private static boolean mayBeOpen(Throwable failure) {
        return !(failure instanceof Failure known) || known.code() == FailureCode.STORE_UNAVAILABLE;
    }
}
