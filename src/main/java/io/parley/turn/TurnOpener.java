package io.parley.turn;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.TurnId;
import io.parley.session.MessageIntake;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Opens turns: checks the request, stores the input, and settles a dead predecessor that stands in the way. */
@ApplicationScoped
class TurnOpener {
    private static final int TRIES = 3;
    private final TurnStore store;
    private final TurnRules rules;
    private final MessageIntake intake;
    private final TurnSettler settler;
    private final UndoQueue undos;

    TurnOpener(TurnStore store, TurnRules rules, MessageIntake intake, TurnSettler settler, UndoQueue undos) {
        this.store = store;
        this.rules = rules;
        this.intake = intake;
        this.settler = settler;
        this.undos = undos;
    }

    /** Opens a turn, or finds the one that the idempotency key stands for. */
    Uni<Opening> open(TurnRequest request) {
        return Uni.createFrom().deferred(() -> {
            rules.check(request);
            return InputRules.input(request, (role, content) -> intake.take(request.model(), role, content));
        }).map(input -> command(request, input)).chain(open -> open(open, TRIES));
    }

    private OpenTurn command(TurnRequest request, Input input) {
        return new OpenTurn(request.owner(), request.session(), TurnId.create(), input, request.model(),
                rules.plan(request), request.onDisconnect(), request.onCrash(), request.metadata(), request.idempotency());
    }

    private Uni<Opening> open(OpenTurn open, int triesLeft) {
        return store.open(open)
                .onFailure(TurnOpener::mayBeOpen).invoke(() -> undos.add(open))
                .chain(opening -> opening instanceof Opening.Dead(var dead) && triesLeft > 1
                        ? settler.settle(dead).chain(() -> open(open, triesLeft - 1))
                        : Uni.createFrom().item(opening));
    }

    /** Whether the turn may be open although the client is told that it is not: all but a refusal that was read. */
    private static boolean mayBeOpen(Throwable failure) {
        return !(failure instanceof Failure known) || known.code() == FailureCode.STORE_UNAVAILABLE;
    }
}
