package io.parley.turn;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Problem;

/** Makes the failures of turns that no refusal of a provider has ended. */
final class TurnProblems {
    static final Problem INTERNAL = new Problem(FailureCode.INTERNAL_ERROR,
            "Parley has an internal error. Try again with regenerate.", true, null);
    static final Problem OUT_OF_TIME = new Problem(FailureCode.TURN_TIMEOUT,
            "The turn took longer than a turn may take. The text so far is kept.", true, null);
    static final Problem INTERRUPTED = new Problem(FailureCode.INTERRUPTED,
            "The process that ran this turn was shut down. The text so far is kept. Try again with regenerate.", true, null);

    private TurnProblems() {
    }

    /** Returns the failure for a stream that ended without the provider's signal of the end. */
    static Failure brokenOff() {
        return new Failure.Provider(FailureCode.PROVIDER_TRUNCATED,
                "The model's answer broke off before its end. Try again with regenerate.", true, null, null);
    }
}
