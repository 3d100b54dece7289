package io.parley.conversation;

/** Every way in which something can go wrong, by what the caller can do about it. The lower-case name is the API's code. */
public enum FailureCode {
    /** The request breaks a rule; the errors say which field. */
    INVALID_REQUEST,
    /** The body is not one JSON value that could be read. */
    MALFORMED_JSON,
    UNAUTHORIZED,
    FORBIDDEN_ORIGIN,
    NO_SUCH_ROUTE,
    SESSION_NOT_FOUND,
    MESSAGE_NOT_FOUND,
    TURN_NOT_FOUND,
    IMAGE_NOT_FOUND,
    METHOD_NOT_ALLOWED,
    /** The request names a version of HTTP that Parley does not speak. */
    HTTP_VERSION_NOT_SUPPORTED,
    NOT_ACCEPTABLE,
    /** A turn of this session is running; its id is in the body. */
    TURN_RUNNING,
    /** There is no input to answer: the history is empty or ends with a reply. */
    NOTHING_TO_ANSWER,
    /** Something changed between reading and writing, more often than it was worth trying again. */
    CONFLICT,
    /** {@code If-Match} names another version than the stored one. */
    STALE_VERSION,
    /** The client means the request for another owner than the one who sends it. */
    OWNER_CHANGED,
    TOO_LARGE,
    /** The request line is longer than the server reads. */
    URI_TOO_LONG,
    /** The headers of the request are longer than the server reads. */
    HEADERS_TOO_LARGE,
    /** The session holds as many messages or bytes as it may. */
    SESSION_FULL,
    UNSUPPORTED_MEDIA_TYPE,
    /** The header {@code Expect} has another value than {@code 100-continue}. */
    EXPECTATION_FAILED,
    /** The idempotency key was used for something else. */
    IDEMPOTENCY_KEY_REUSED,
    RATE_LIMITED,
    /** Redis cannot be reached or does not answer in time. */
    STORE_UNAVAILABLE,
    OVERLOADED,
    DRAINING,
    /** No connection, or it broke before an answer came. */
    PROVIDER_UNREACHABLE,
    /** The provider refused Parley's key. */
    PROVIDER_AUTH,
    /** The key may not use this model. */
    PROVIDER_PERMISSION,
    PROVIDER_MODEL_NOT_FOUND,
    /** The account's money or quota is used up: trying again does not help. */
    PROVIDER_QUOTA_EXHAUSTED,
    PROVIDER_RATE_LIMITED,
    PROVIDER_OVERLOADED,
    /** The provider is not called just now: it has failed too often, or too many calls run there. */
    PROVIDER_UNAVAILABLE,
    PROVIDER_ERROR,
    /** The provider stayed silent. */
    PROVIDER_TIMEOUT,
    /** What the provider sent cannot be understood. */
    PROVIDER_PROTOCOL,
    /** The answer ended without the provider's own signal that it is whole. */
    PROVIDER_TRUNCATED,
    /** The provider refused the request as it was rendered. */
    PROVIDER_REJECTED,
    /** The provider's filter refused the input. */
    CONTENT_FILTERED,
    /** The input is longer than the model can take. */
    CONTEXT_TOO_LONG,
    /** The turn took longer than a turn may. */
    TURN_TIMEOUT,
    /** The process that ran the turn died. */
    INTERRUPTED,
    INTERNAL_ERROR
}
