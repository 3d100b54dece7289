package io.parley.api;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules for the head of a request that hold for every path, and that no layer behind this one checks. */
final class RequestHead {
    /** All others are refused before anything looks at them. */
    static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private static final int NOT_FOUND = 404;

    private RequestHead() {
    }

    /** Why a request is refused for its head; null: it is not. */
    static @Nullable Failure violation(HttpServerRequest request) {
        if (!METHODS.contains(request.method().name())) {
            return Refused.because(FailureCode.METHOD_NOT_ALLOWED,
                    "No path allows the method of this request. The header Allow names the methods that this path allows.");
        }
        String path = request.path() == null ? "" : request.path();
        String query = request.query();
        if (!RequestPath.isLegal(path) || (query != null && !RequestPath.hasWholeEscapes(query))) {
            return Refused.because(FailureCode.INVALID_REQUEST,
                    "The path or the query has a character or an escape that a URL may not have.");
        }
        if (!RequestPath.isPlain(path)) {
            return Refused.status(NOT_FOUND, request.method().name());
        }
        if (PageOrigins.isForeignChange(request)) {
            return Refused.because(FailureCode.FORBIDDEN_ORIGIN,
                    "A web page of another site may not change anything here. Serve the page from the site of this service.");
        }
        return null;
    }
}
