package io.parley.turn;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.Turn;
import io.parley.conversation.TurnId;
import io.parley.session.MessageIntake;
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
    private final MessageIntake intake;
    private final TurnSettler settler;
    private final Overlap overlap;
    private final RunningMarks marks;
    private final UndoQueue undos;
    private final PictureRules pictures;

    TurnOpener(TurnStore store, TurnRules rules, MessageIntake intake, TurnSettler settler, Overlap overlap,
            RunningMarks marks, UndoQueue undos, PictureRules pictures) {
        this.store = store;
        this.rules = rules;
        this.intake = intake;
        this.settler = settler;
        this.overlap = overlap;
        this.marks = marks;
        this.undos = undos;
        this.pictures = pictures;
    }

    /**
     * Opens a turn, or finds the one that the idempotency key stands for.
     *
     * @param left whether the client has gone, so that what waits for another turn need not be opened any more
     */
    Uni<Opening> open(TurnRequest request, BooleanSupplier left) {
        return check(request).replaceWith(Optional.<Opening> empty())
                .onFailure(Failure.Invalid.class).recoverWithUni(refusal -> known(request, refusal))
                .chain(known -> known.map(found -> Uni.createFrom().item(found)).orElseGet(() -> fresh(request, left)));
    }

    private Uni<Void> check(TurnRequest request) {
        return Uni.createFrom().deferred(() -> {
            rules.check(request);
            return pictures.check(request);
        });
    }

    /**
     * Returns the turn of an earlier request with this key, even if the rules have changed since; fails with the refusal if
     * there is none.
     */
    private Uni<Optional<Opening>> known(TurnRequest request, Throwable refusal) {
        IdempotencyKey key = request.idempotency();
        if (key == null) {
            return Uni.createFrom().failure(refusal);
        }
        return store.known(request.owner(), request.session(), key).chain(found -> found.isEmpty()
                ? Uni.createFrom().failure(refusal)
                : Uni.createFrom().item(found.map(Opening.Known::new)));
    }

    private Uni<Opening> fresh(TurnRequest request, BooleanSupplier left) {
        return InputRules.input(request, (role, content) -> intake.take(request.model(), role, content))
                .map(input -> command(request, input)).chain(open -> marked(open, request, left));
    }

    /** The turn is marked as running beside its opening, so that there is no moment at which its process may die unmarked. */
    private Uni<Opening> marked(OpenTurn open, TurnRequest request, BooleanSupplier left) {
        marks.begun(open.session(), open.turn());
        return overlap.open(open, request.ifRunning(), it -> open(it, TRIES), left)
                .invoke(opening -> unmark(open, !(opening instanceof Opening.Opened)))
                .onFailure().invoke(failure -> unmark(open, !mayBeOpen(failure)));
    }

    private void unmark(OpenTurn open, boolean notOpened) {
        if (notOpened) {
            marks.over(open.session(), open.turn());
        }
    }

    private OpenTurn command(TurnRequest request, Input input) {
        TurnChoices choices = new TurnChoices(request.model(), request.context(), request.generation(),
                request.onDisconnect(), request.onCrash());
        return new OpenTurn(request.owner(), request.session(), TurnId.create(), input, choices, rules.plan(request),
                request.metadata(), request.idempotency(), null, false);
    }

    private Uni<Opening> open(OpenTurn open, int triesLeft) {
        if (open.waiter() != null) {
            // Whoever has waited long is not in the index any more.
            marks.begun(open.session(), open.turn());
        }
        return store.open(open)
                .onFailure(TurnOpener::mayBeOpen).invoke(() -> undos.add(open))
                .chain(opening -> switch (opening) {
                    case Opening.Dead(var dead) when triesLeft > 1 -> settled(dead).chain(() -> open(open, triesLeft - 1));
                    case Opening.Opened opened -> answerable(open, opened);
                    case Opening.Dead _,Opening.Known _,Opening.Busy _ -> Uni.createFrom().item(opening);
                });
    }

    /** Refuses results that leave other calls of the same reply unanswered, and undoes the stored input. */
    private Uni<Opening> answerable(OpenTurn open, Opening.Opened opened) {
        List<String> missing = MissingResults.of(open.input(), opened.history());
        if (missing.isEmpty()) {
            return Uni.createFrom().item(opened);
        }
        return store.undo(open)
                .onFailure().invoke(() -> undos.add(open))
                .onFailure().recoverWithNull()
                .chain(() -> Uni.createFrom().failure(MissingResults.refusal(missing)));
    }

    /** One whose opening has been undone meanwhile is in nobody's way. */
    private Uni<Void> settled(Turn dead) {
        return settler.settle(dead).replaceWithVoid().onFailure(Failure.NotFound.class).recoverWithNull();
    }

    /** Whether the turn may be open although the client is told that it is not: all but a refusal that was read. */
    private static boolean mayBeOpen(Throwable failure) {
        return !(failure instanceof Failure known) || known.code() == FailureCode.STORE_UNAVAILABLE;
    }
}
