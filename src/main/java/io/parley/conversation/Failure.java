package io.parley.conversation;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that cannot be served, by what the caller can do about it. The message is one sentence for a person and holds
 * no secret and no provider's text.
 */
public abstract sealed class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final FailureCode code;

    private Failure(FailureCode code, String detail, @Nullable Throwable cause) {
        super(detail, cause, false, false);
        this.code = code;
    }

    /** What went wrong. */
    public FailureCode code() {
        return code;
    }

    /** One sentence a person can act on. */
    public String detail() {
        String detail = getMessage();
        return detail == null ? code.name() : detail;
    }

    /** Whether the same request may succeed later. */
    public boolean retryable() {
        return false;
    }

    /** How long to wait before that, if it is known. */
    public @Nullable Duration retryAfter() {
        return null;
    }

    /** The storable form. */
    public Problem problem() {
        return new Problem(code, detail(), retryable(), retryAfter());
    }

    /** The request is wrong and stays wrong: change it. */
    public static final class Invalid extends Failure {
        private static final long serialVersionUID = 1;
        private final transient List<Violation> violations;

        public Invalid(FailureCode code, String detail, List<Violation> violations) {
            super(code, detail, null);
            this.violations = List.copyOf(violations);
        }

        /** Broken rules of the request, at least one. The first one is told in the detail. */
        public Invalid(List<Violation> violations) {
            this(FailureCode.INVALID_REQUEST, violations.getFirst().sentence(), violations);
        }

        /** One broken rule of the request. */
        public Invalid(String pointer, String detail) {
            this(List.of(new Violation(pointer, detail)));
        }

        /** Which rules are broken, in the order of the body. */
        public List<Violation> violations() {
            return violations;
        }
    }

    /** There is no such thing, or not for this owner. */
    public static final class NotFound extends Failure {
        private static final long serialVersionUID = 1;

        public NotFound(FailureCode code, String detail) {
            super(code, detail, null);
        }
    }

    /** The state does not allow it now: look again, then decide. */
    public static final class Conflict extends Failure {
        private static final long serialVersionUID = 1;
        private final transient @Nullable TurnId turn;

        public Conflict(FailureCode code, String detail, @Nullable TurnId turn) {
            super(code, detail, null);
            this.turn = turn;
        }

        /** The turn that stands in the way, if one does. */
        public @Nullable TurnId turn() {
            return turn;
        }
    }

    /** Parley itself cannot serve now; nothing was stored. */
    public static final class Unavailable extends Failure {
        private static final long serialVersionUID = 1;
        private final @Nullable Duration retryAfter;

        public Unavailable(FailureCode code, String detail, @Nullable Duration retryAfter, @Nullable Throwable cause) {
            super(code, detail, cause);
            this.retryAfter = retryAfter;
        }

        @Override
        public boolean retryable() {
            return true;
        }

        @Override
        public @Nullable Duration retryAfter() {
            return retryAfter;
        }
    }

    /** The provider failed. */
    public static final class Provider extends Failure {
        private static final long serialVersionUID = 1;
        private final boolean retryable;
        private final @Nullable Duration retryAfter;
        private final transient @Nullable ContextLimit contextLimit;
        private final boolean answered;
        private final transient @Nullable Refusal refusal;

        public Provider(FailureCode code, String detail, boolean retryable, @Nullable Duration retryAfter,
                @Nullable ContextLimit contextLimit) {
            this(code, detail, retryable, retryAfter, contextLimit, false, null);
        }

        private Provider(FailureCode code, String detail, boolean retryable, @Nullable Duration retryAfter,
                @Nullable ContextLimit contextLimit, boolean answered, @Nullable Refusal refusal) {
            super(code, detail, null);
            this.answered = answered;
            this.retryable = retryable;
            this.retryAfter = retryAfter;
            this.contextLimit = contextLimit;
            this.refusal = refusal;
        }

        /** Returns this failure with the provider's statement about the refused request. */
        public Provider saying(Refusal said) {
            return new Provider(code(), detail(), retryable, retryAfter, contextLimit, answered, said);
        }

        /** Returns this failure with another sentence. */
        public Provider withDetail(String detail) {
            return new Provider(code(), detail, retryable, retryAfter, contextLimit, answered, refusal);
        }

        @Override
        public boolean retryable() {
            return retryable;
        }

        /**
         * Returns whether the provider had begun to answer and therefore charges for the call. Parley then neither repeats the
         * call nor asks another model.
         */
        public boolean answered() {
            return answered;
        }

        /** Returns this failure, marked as one of a call that the provider had begun to answer. */
        public Provider afterAnswer() {
            return new Provider(code(), detail(), retryable, retryAfter, contextLimit, true, refusal);
        }

        @Override
        public @Nullable Duration retryAfter() {
            return retryAfter;
        }

        /** What the provider said of its limit, with {@link FailureCode#CONTEXT_TOO_LONG}. */
        public @Nullable ContextLimit contextLimit() {
            return contextLimit;
        }

        /**
         * Returns the provider's statement about the request that it refuses, with {@code PROVIDER_REJECTED}; null if unknown.
         */
        public @Nullable Refusal refusal() {
            return refusal;
        }

        /** Returns the index of the refused message in the array that was sent; null if the provider names none. */
        public @Nullable Integer refusedMessage() {
            return refusal == null ? null : refusal.message();
        }
    }

    /**
     * A provider's statement about a request that it refuses.
     *
     * @param message the index of the refused message in the array that was sent; null if the provider names none
     * @param wantsReasoning whether the provider requires the reasoning that led to tool calls
     * @param words the provider's own words for the log: cut, on one line, and without secrets; Parley never sends them to a
     *        client
     */
    public record Refusal(@Nullable Integer message, boolean wantsReasoning, String words) {}

    /**
     * What a provider says of its context window when it refuses an input.
     *
     * @param limit tokens the model takes, 0 where not said
     * @param requested tokens the request had, 0 where not said
     */
    public record ContextLimit(long limit, long requested) {}
}
