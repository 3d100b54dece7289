package io.parley.store;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.TurnId;
import io.parley.conversation.Violation;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;

/** What a script's refusal means to whoever asked. The first element of every script's answer says how it went. */
final class Refusals {
    private Refusals() {
    }

    /** The failure that an answer stands for; one that is no refusal is a defect. */
    static RuntimeException of(Response answer) {
        return switch (Answers.status(answer)) {
            case "NO_SESSION" -> noSession();
            case "NO_MESSAGE" -> new Failure.NotFound(FailureCode.MESSAGE_NOT_FOUND, "There is no such message.");
            case "NO_TURN" -> new Failure.NotFound(FailureCode.TURN_NOT_FOUND, "There is no such turn.");
            case "RUNNING" -> new Failure.Conflict(FailureCode.TURN_RUNNING,
                    "A turn is running in this session. Wait until it ends, or cancel it.",
                    new TurnId(Answers.text(answer, 1)));
            case "NOTHING" -> new Failure.Conflict(FailureCode.NOTHING_TO_ANSWER,
                    "There is no input to answer. Send one as content.", null);
            case "NOT_REPLACEABLE" -> new Failure.Invalid("/replaces",
                    "must be the id of a user message that is part of the conversation");
            case "REUSED" -> new Failure.Invalid(FailureCode.IDEMPOTENCY_KEY_REUSED,
                    "This idempotency key was used for another request. Use a new one.",
                    List.of(new Violation("Idempotency-Key", "must not have been used for another request")));
            case "FULL" -> new Failure.Invalid(FailureCode.SESSION_FULL,
                    "The session is full. Start a new session, or fork this one from an earlier message.", List.of());
            case "STALE" -> stale();
            case "UNDONE" -> new Failure.Unavailable(FailureCode.STORE_UNAVAILABLE,
                    "The turn could not be opened in time. Please try again.", Duration.ofSeconds(1), null);
            default -> new IllegalStateException("A Redis script gave an unknown answer: " + Answers.status(answer));
        };
    }

    static Failure noSession() {
        return new Failure.NotFound(FailureCode.SESSION_NOT_FOUND, "There is no such session.");
    }

    static Failure noImage() {
        return new Failure.NotFound(FailureCode.IMAGE_NOT_FOUND, "There is no such image in this session.");
    }

    static Failure stale() {
        return new Failure.Conflict(FailureCode.STALE_VERSION,
                "The stored version has changed since you read it. Read it again, then decide.", null);
    }

    static Failure tooManyChanges() {
        return new Failure.Conflict(FailureCode.CONFLICT, "Other requests kept changing the same data. Please try again.",
                null);
    }
}
