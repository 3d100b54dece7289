package io.parley.provider;

import io.parley.conversation.Failure;
import io.parley.conversation.Failure.ContextLimit;
import io.parley.conversation.FailureCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a provider's error means, whichever provider it is; each with the sentence that a person may read of it. */
public enum ErrorClass {
    CONTEXT_LENGTH(FailureCode.CONTEXT_TOO_LONG, false, "The input is longer than the model can take."),
    RATE_LIMIT(FailureCode.PROVIDER_RATE_LIMITED, true, "The provider limits how often it is called; try again later."),
    QUOTA_EXHAUSTED(FailureCode.PROVIDER_QUOTA_EXHAUSTED, false,
            "The account at the provider has no money or quota left; its owner must add some."),
    OVERLOADED(FailureCode.PROVIDER_OVERLOADED, true, "The provider is overloaded; try again later."),
    SERVER_ERROR(FailureCode.PROVIDER_ERROR, true, "The provider failed; try again."),
    TIMEOUT(FailureCode.PROVIDER_TIMEOUT, true, "The provider did not answer in time; try again."),
    AUTH(FailureCode.PROVIDER_AUTH, false, "The provider refused the configured key."),
    PERMISSION(FailureCode.PROVIDER_PERMISSION, false, "The configured key may not use this model."),
    NOT_FOUND(FailureCode.PROVIDER_MODEL_NOT_FOUND, false, "The provider does not know this model."),
    STATE_NOT_FOUND(FailureCode.PROVIDER_REJECTED, false, "The provider no longer knows what the request refers to."),
    CONFLICT(FailureCode.PROVIDER_ERROR, true, "The provider is busy with the same conversation; try again."),
    INVALID_REQUEST(FailureCode.PROVIDER_REJECTED, false, "The provider refused the request as it was put."),
    REQUEST_TOO_LARGE(FailureCode.PROVIDER_REJECTED, false,
            "The request has more bytes than the provider takes; send fewer or smaller images."),
    CONTENT_FILTERED(FailureCode.CONTENT_FILTERED, false, "The provider's filter refused the input."),
    MODEL_OUTPUT_INVALID(FailureCode.PROVIDER_PROTOCOL, true, "The provider sent what cannot be understood; try again."),
    STREAM_TRUNCATED(FailureCode.PROVIDER_TRUNCATED, true, "The provider's answer broke off before its end."),
    /** No connection. */
    UNREACHABLE(FailureCode.PROVIDER_UNREACHABLE, true, "The provider cannot be reached; try again."),
    /** Not the API that was expected behind this address. */
    NOT_THE_API(FailureCode.PROVIDER_PROTOCOL, false,
            "What answered is not the API that is configured; check the provider's base URL.");

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
