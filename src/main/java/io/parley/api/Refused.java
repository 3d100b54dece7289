package io.parley.api;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the failures of requests that are refused for their head: path, query, headers. */
final class Refused {
    private static final String NO_HTTP = "The request does not follow the rules of HTTP.";

    private Refused() {
    }

    /** A header or query parameter that breaks a rule. */
    static Failure.Invalid parameter(String name, String rule) {
        return new Failure.Invalid(name, rule);
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
                "The stored version has changed since you read it. Read it again, then decide.", null);
    }

    /** Refuses a request that cannot be read as HTTP. */
    static Failure.Invalid unreadable(@Nullable Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return because(FailureCode.URI_TOO_LONG, "The request line is too long. Send a shorter path and query.");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return because(FailureCode.HEADERS_TOO_LARGE, "The headers are too large. Send fewer or shorter headers.");
        }
        if (cause instanceof RequestLineCheck.UnknownVersion) {
            return unknownVersion();
        }
        return cause instanceof URISyntaxException ? illegalUrl() : because(FailureCode.INVALID_REQUEST, NO_HTTP);
    }

    /** Refuses a malformed path or query. */
    static Failure.Invalid illegalUrl() {
        return because(FailureCode.INVALID_REQUEST,
                "The path or the query has a character or an escape that a URL may not have.");
    }

    /** Refuses a change by a page of another site that Parley does not allow. */
    static Failure.Invalid foreignChange() {
        return because(FailureCode.FORBIDDEN_ORIGIN,
                "A web page of another site may not change anything here. Serve the page from the site of this service, or let "
                        + "the operator add the site to parley.allowed-origins.");
    }

    /** Refuses a version of HTTP that Parley does not speak. */
    static Failure.Invalid unknownVersion() {
        return because(FailureCode.HTTP_VERSION_NOT_SUPPORTED, "Parley speaks HTTP/1.0, HTTP/1.1 and, with TLS, HTTP/2.");
    }

    /** What HTTP itself refuses. */
    static Failure.Invalid status(int status, String method) {
        return switch (status) {
            case 404 -> because(FailureCode.NO_SUCH_ROUTE, "There is no such path. The API is described at /q/openapi.");
            case 405 -> because(FailureCode.METHOD_NOT_ALLOWED,
                    "This path does not allow the method " + method + ". The header Allow names the methods that it allows.");
            case 406 -> because(FailureCode.NOT_ACCEPTABLE, "This path cannot answer with any of the media types in Accept.");
            case 413 -> because(FailureCode.TOO_LARGE, "The body is too large. Send a smaller one.");
            case 415 -> because(FailureCode.UNSUPPORTED_MEDIA_TYPE,
                    "The body must be JSON, with the header Content-Type: application/json.");
            default -> because(FailureCode.INVALID_REQUEST, NO_HTTP);
        };
    }
}
