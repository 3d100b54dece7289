package io.parley.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Singleton;

/**
 * Tells the browser what an allowed page of another site may send and read. This is CORS, which
 * <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch</a> defines. Without {@code parley.allowed-origins} no
 * answer has a header of CORS.
 */
@Singleton
final class CrossOrigin {
    /** The headers of requests that the API reads, and those by which a proxy or a tracer knows a request. */
    private static final String REQUEST_HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, "
            + "If-None-Match, Last-Event-ID, Prefer, X-Api-Key, X-Parley-Owner-Tag, X-Request-Id, traceparent, tracestate";
    private static final String ANSWER_HEADERS = "Allow, ETag, Idempotent-Replayed, Link, Location, Preference-Applied, "
            + "Retry-After, X-Parley-Owner-Tag, X-Request-Id, x-should-retry";
    /** Two hours, the longest time that every browser accepts. */
    private static final String SECONDS = "7200";
    private final PageOrigins origins;

    CrossOrigin(PageOrigins origins) {
        this.origins = origins;
    }

    /** Sets the headers of CORS that every answer needs. */
    void allow(HttpServerRequest request) {
        if (!origins.allowOthers()) {
            return;
        }
        HttpServerResponse response = request.response().putHeader("Vary", "Origin");
        String origin = request.getHeader("Origin");
        if (origin != null && origins.isAllowed(origin)) {
            response.putHeader("Access-Control-Allow-Origin", origin)
                    .putHeader("Access-Control-Allow-Credentials", "true")
                    .putHeader("Access-Control-Expose-Headers", ANSWER_HEADERS);
        }
    }

    /**
     * Sets the headers of the answer to a preflight, the request that a browser sends before a request of a page.
     *
     * @param methods the methods of the path, separated by commas
     */
    void allow(HttpServerRequest request, String methods) {
        if (request.getHeader("Access-Control-Request-Method") != null && origins.isAllowed(request.getHeader("Origin"))) {
            request.response().putHeader("Access-Control-Allow-Methods", methods)
                    .putHeader("Access-Control-Allow-Headers", REQUEST_HEADERS)
                    .putHeader("Access-Control-Max-Age", SECONDS);
        }
    }
}
