package io.parley.api.json;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Violation;
import java.util.List;

/** Makes the failures of a body that cannot be read at all. */
final class Malformed {
    private Malformed() {
    }

    static Failure.Invalid at(String pointer, String detail) {
        return failure(FailureCode.MALFORMED_JSON, pointer, detail);
    }

    static Failure.Invalid tooLarge(String pointer, String detail) {
        return failure(FailureCode.TOO_LARGE, pointer, detail);
    }

    private static Failure.Invalid failure(FailureCode code, String pointer, String detail) {
        Violation violation = new Violation(pointer, detail);
        return new Failure.Invalid(code, violation.sentence(), List.of(violation));
    }
}
