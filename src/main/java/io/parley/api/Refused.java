package io.parley.api;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Violation;
import java.util.List;

/** Makes the failures of requests that are refused for their head: path, query, headers. */
final class Refused {
    private Refused() {
    }

    /** A header or query parameter that breaks a rule. */
    static Failure.Invalid parameter(String name, String rule) {
        return new Failure.Invalid(FailureCode.INVALID_REQUEST, name + " " + rule + ".", List.of(new Violation(name, rule)));
    }

    /** Anything else that is the client's to change. */
    static Failure.Invalid because(FailureCode code, String detail) {
        return new Failure.Invalid(code, detail, List.of());
    }

    /** A body that is longer than bodies may be, or names images with which it would be. */
    static Failure.Invalid bodyTooLarge(long most) {
        return because(FailureCode.TOO_LARGE,
                "The body, with the images that it names, must be at most " + most + " bytes long.");
    }

    /** A change to a version that is not, or no longer, the stored one. */
    static Failure.Conflict staleVersion() {
        return new Failure.Conflict(FailureCode.STALE_VERSION,
                "It has been changed since you read it. Read it again, then decide.", null);
    }

    /** What HTTP itself refuses. */
    static Failure.Invalid status(int status, String method) {
        return switch (status) {
            case 404 -> because(FailureCode.NO_SUCH_ROUTE, "There is nothing at this path.");
            case 405 -> because(FailureCode.METHOD_NOT_ALLOWED, "This path does not know the method " + method + ".");
            case 406 -> because(FailureCode.NOT_ACCEPTABLE, "The answer has none of the types that Accept names.");
            case 413 -> because(FailureCode.TOO_LARGE, "The body is too large.");
            case 415 -> because(FailureCode.UNSUPPORTED_MEDIA_TYPE, "The body must be JSON: Content-Type: application/json.");
            default -> because(FailureCode.INVALID_REQUEST, "The request cannot be understood.");
        };
    }
}
