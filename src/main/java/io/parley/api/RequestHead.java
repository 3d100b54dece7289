package io.parley.api;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for the head of a request that apply to every path and that no later layer checks. */
final class RequestHead {
    /** The methods that some path allows. A request with another method is refused before any other check. */
    static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    /** The absolute form of RFC 9112, section 3.2.2. */
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?#]*)(?:[/?].*)?");
    private static final int NOT_FOUND = 404;

    private RequestHead() {
    }

    /** Returns the reason to refuse a request for its head, null if there is none. */
    static @Nullable Failure violation(HttpServerRequest request) {
        if (request.version() == null) {
            return Refused.unknownVersion();
        }
        if (!METHODS.contains(request.method().name())) {
            return Refused.because(FailureCode.METHOD_NOT_ALLOWED,
                    "No path allows the method of this request. The header Allow names the methods that this path allows.");
        }
        if (request.headers().getAll("Host").size() > 1) {
            return Refused.because(FailureCode.INVALID_REQUEST, "The header Host must be sent once.");
        }
        if (!isOwnTarget(request)) {
            return Refused.because(FailureCode.INVALID_REQUEST,
                    "The request line must name a path, or an http or https URL of the host that the header Host names.");
        }
        if (Expectation.isUnknown(request)) {
            return Refused.because(FailureCode.EXPECTATION_FAILED, "The header Expect may only be 100-continue.");
        }
        return pathViolation(request);
    }

    private static @Nullable Failure pathViolation(HttpServerRequest request) {
        String path = request.path() == null ? "" : request.path();
        String query = request.query();
        if (!RequestPath.isLegal(path) || (query != null && !RequestPath.hasWholeEscapes(query))) {
            return Refused.illegalUrl();
        }
        if (!RequestPath.isPlain(path)) {
            return Refused.status(NOT_FOUND, request.method().name());
        }
        return null;
    }

    /**
     * Checks that a request line names this host. A server that accepts the URL of another host can be used as a proxy, and its
     * checks of the host would look at the wrong name.
     */
    private static boolean isOwnTarget(HttpServerRequest request) {
        String target = request.uri();
        if (target.startsWith("/")) {
            return true;
        }
        Matcher absolute = ABSOLUTE.matcher(target);
        return absolute.matches() && absolute.group(1).equalsIgnoreCase(request.getHeader("Host"));
    }
}
