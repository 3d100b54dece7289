package io.parley.simulator;

import org.jspecify.annotations.Nullable;

/** A request that the simulated provider does not serve; each dialect words it as its provider would. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Kind kind;
    private final @Nullable String parameter;
    private final @Nullable String code;

    /** What is wrong, apart from the wording. */
    enum Kind {
        INVALID,
        AUTHENTICATION,
        PERMISSION,
        NOT_FOUND,
        TOO_LARGE,
        RATE_LIMIT,
        QUOTA,
        SERVER,
        OVERLOADED
    }

    Refused(Kind kind, String message) {
        this(kind, message, null, null);
    }

    Refused(Kind kind, String message, @Nullable String parameter, @Nullable String code) {
        super(message, null, false, false);
        this.kind = kind;
        this.parameter = parameter;
        this.code = code;
    }

    /** A request that breaks a rule. */
    static Refused invalid(String message) {
        return new Refused(Kind.INVALID, message);
    }

    Kind kind() {
        return kind;
    }

    /** The sentence that the client gets. */
    String sentence() {
        return String.valueOf(getMessage());
    }

    /** The field at fault, where the provider names one. */
    @Nullable
    String parameter() {
        return parameter;
    }

    /** The provider's word for it, where it has one. */
    @Nullable
    String code() {
        return code;
    }
}
