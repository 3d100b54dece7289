package io.parley.provider;

import io.parley.conversation.Failure;
import io.parley.conversation.Failure.ContextLimit;
import io.parley.conversation.FailureCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a provider's error means, whichever provider it is; each with the sentence that a person may read of it. */
public enum ErrorClass {
    CONTEXT_LENGTH(FailureCode.CONTEXT_TOO_LONG, false,
            "The input is too long for the model. Shorten it, or choose a model with a larger context window."),
    RATE_LIMIT(FailureCode.PROVIDER_RATE_LIMITED, true, "The provider's rate limit is reached. Try again later."),
    QUOTA_EXHAUSTED(FailureCode.PROVIDER_QUOTA_EXHAUSTED, false,
            "The account at the provider has no credit or quota left. The operator must add some."),
    OVERLOADED(FailureCode.PROVIDER_OVERLOADED, true, "The provider is overloaded. Try again later."),
    SERVER_ERROR(FailureCode.PROVIDER_ERROR, true, "The provider failed. Try again."),
    TIMEOUT(FailureCode.PROVIDER_TIMEOUT, true, "The provider did not answer in time. Try again."),
    AUTH(FailureCode.PROVIDER_AUTH, false, "The provider refused the configured API key. The operator must check it."),
    PERMISSION(FailureCode.PROVIDER_PERMISSION, false, "The configured API key may not use this model. Choose another model."),
    NOT_FOUND(FailureCode.PROVIDER_MODEL_NOT_FOUND, false, "The provider does not know this model. Choose another model."),
    STATE_NOT_FOUND(FailureCode.PROVIDER_REJECTED, false,
            "The request refers to a conversation that the provider no longer has."),
    CONFLICT(FailureCode.PROVIDER_ERROR, true, "The provider is busy with the same conversation. Try again."),
    INVALID_REQUEST(FailureCode.PROVIDER_REJECTED, false,
            "The provider refused the request. Try other settings or another model."),
    /** The server requires the model's reasoning beside its tool calls. */
    REASONING_MISSING(FailureCode.PROVIDER_REJECTED, false,
            "The provider wants the model's reasoning back beside its tool calls. The operator must set the quirk "
                    + "resend-reasoning of the provider to reasoning_content."),
    REQUEST_TOO_LARGE(FailureCode.PROVIDER_REJECTED, false,
            "The request is larger than the provider accepts. Send fewer or smaller images."),
    CONTENT_FILTERED(FailureCode.CONTENT_FILTERED, false, "The provider's content filter refused the input. Change the input."),
    MODEL_OUTPUT_INVALID(FailureCode.PROVIDER_PROTOCOL, true, "The provider's answer cannot be understood. Try again."),
    STREAM_TRUNCATED(FailureCode.PROVIDER_TRUNCATED, true, "The provider's answer broke off before its end. Try again."),
    /** No connection. */
    UNREACHABLE(FailureCode.PROVIDER_UNREACHABLE, true, "The provider cannot be reached. Try again."),
    /** Not the API that was expected behind this address. */
    NOT_THE_API(FailureCode.PROVIDER_PROTOCOL, false,
            "The server at the provider's base URL does not speak the configured API. The operator must check the base URL.");

    private final FailureCode code;
    private final boolean retryable;
    private final String sentence;

    ErrorClass(FailureCode code, boolean retryable, String sentence) {
        this.code = code;
        this.retryable = retryable;
        this.sentence = sentence;
    }

    /** The code that clients see. */
    public FailureCode code() {
        return code;
    }

    /** Whether the same request may succeed later, unless the provider says otherwise. */
    public boolean retryable() {
        return retryable;
    }

    /** What a person may read. */
    public String sentence() {
        return sentence;
    }

    /** A failure of this class about which nothing more is known. */
    public Failure.Provider failure() {
        return failure(retryable, null, null);
    }

    /** A failure of this class with what the provider said of it. */
    Failure.Provider failure(boolean mayRetry, @Nullable Duration retryAfter, @Nullable ContextLimit limit) {
        return new Failure.Provider(code, sentence, mayRetry, retryAfter, limit);
    }
}
