package io.parley.turn;

import io.parley.context.ChosenContext;
import io.smallrye.mutiny.Uni;

/** The states of a turn that runs, in their usual order. {@link TurnRun#enter} names the step of each state. */
sealed interface RunState {

    /** The input is stored, and listeners are told so. */
    record Beginning() implements RunState {}

    /**
     * The context of the next call is chosen. A refused call leads back here if a shorter context or another model may help.
     */
    record Choosing(Uni<ChosenContext> choice) implements RunState {}

    /** The model is asked, and nothing has come yet. A refused call leads back here if another form of the context may help. */
    record Asking(ChosenContext chosen) implements RunState {}

    /** The reply comes. No call is made again, because the client has seen a part of the reply. */
    record Replying() implements RunState {}

    /** The end is stored and then told. */
    record Committing(TurnResult result) implements RunState {}

    /** Another process has the turn, or may have it, or the session is gone. Nothing is stored from here any more. */
    record Leaving(Runnable how) implements RunState {}

    /** Returns whether the turn still works on its reply. */
    default boolean isBeforeEnd() {
        return switch (this) {
            case Beginning _,Choosing _,Asking _,Replying _ -> true;
            case Committing _,Leaving _ -> false;
        };
    }
}
