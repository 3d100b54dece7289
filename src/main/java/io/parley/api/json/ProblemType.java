package io.parley.api.json;

import io.parley.conversation.FailureCode;
import java.util.Arrays;
import java.util.List;

/**
 * What a failure is over HTTP. The one place that maps failures to statuses.
 *
 * @param code the API's name of it, stable
 * @param status of the answer that it ends
 * @param title a short sentence that does not change from case to case
 */
public record ProblemType(String code, int status, String title) {
    private static final String BASE = "https://parley.dev/problems/";

    /** The type of a failure. */
    public static ProblemType of(FailureCode code) {
        String name = Names.of(code);
        String words = name.replace('-', ' ');
        return new ProblemType(name, status(code), Character.toUpperCase(words.charAt(0)) + words.substring(1));
    }

    /** All there are, in the order of the codes. */
    public static List<ProblemType> all() {
        return Arrays.stream(FailureCode.values()).map(ProblemType::of).toList();
    }

    /** RFC 9457's type: names the problem for ever, wherever Parley runs. */
    public String uri() {
        return BASE + code;
    }

    private static int status(FailureCode code) {
        return switch (code) {
            case INVALID_REQUEST, MALFORMED_JSON, CONTENT_FILTERED -> 400;
            case UNAUTHORIZED -> 401;
            case FORBIDDEN_ORIGIN -> 403;
            case NO_SUCH_ROUTE, SESSION_NOT_FOUND, MESSAGE_NOT_FOUND, TURN_NOT_FOUND, IMAGE_NOT_FOUND -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case NOT_ACCEPTABLE -> 406;
            case TURN_RUNNING, NOTHING_TO_ANSWER, CONFLICT -> 409;
            case STALE_VERSION, OWNER_CHANGED -> 412;
            case TOO_LARGE, SESSION_FULL, CONTEXT_TOO_LONG -> 413;
            case URI_TOO_LONG -> 414;
            case UNSUPPORTED_MEDIA_TYPE -> 415;
            case EXPECTATION_FAILED -> 417;
            case IDEMPOTENCY_KEY_REUSED -> 422;
            case RATE_LIMITED -> 429;
            case HEADERS_TOO_LARGE -> 431;
            case INTERNAL_ERROR -> 500;
            case PROVIDER_UNREACHABLE, PROVIDER_AUTH, PROVIDER_PERMISSION, PROVIDER_MODEL_NOT_FOUND,
                    PROVIDER_QUOTA_EXHAUSTED, PROVIDER_ERROR, PROVIDER_PROTOCOL, PROVIDER_TRUNCATED,
                    PROVIDER_REJECTED ->
                502;
            case STORE_UNAVAILABLE, OVERLOADED, DRAINING, PROVIDER_RATE_LIMITED, PROVIDER_OVERLOADED, PROVIDER_UNAVAILABLE,
                    INTERRUPTED ->
                503;
            case PROVIDER_TIMEOUT, TURN_TIMEOUT -> 504;
            case HTTP_VERSION_NOT_SUPPORTED -> 505;
        };
    }
}
