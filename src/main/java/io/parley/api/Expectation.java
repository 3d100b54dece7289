package io.parley.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code Expect: 100-continue}: a client sends its head and waits before it sends its body. RFC 9110, section 10.1.1: it gets
 * 100 once its body is wanted, else the final answer, and then it may still send its body or not.
 */
final class Expectation {
    private static final String CONTINUE = "100-continue";

    private Expectation() {
    }

    /** Whether a request has an expectation that is not this one. */
    static boolean isUnknown(HttpServerRequest request) {
        String expected = expected(request);
        return expected != null && !expected.strip().equalsIgnoreCase(CONTINUE);
    }

    /** Tells a client that waits with its body to send it. */
    static void meet(HttpServerRequest request) {
        if (expected(request) != null && !request.response().headWritten()) {
            request.response().writeContinue();
        }
    }

    /**
     * Prepares for an answer before the body has come. The client may then send a body or its next request, and the two cannot
     * be told apart, so this request is the last one of its connection.
     */
    static void watch(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        if (expected(request) == null || request.version() == HttpVersion.HTTP_2) {
            return;
        }
        context.addHeadersEndHandler(_ -> {
            if (!request.isEnded()) {
                response.putHeader("Connection", "close");
            }
        });
        context.addEndHandler(_ -> Unwanted.discard(context.vertx(), request));
    }

    private static @Nullable String expected(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_0 ? null : request.getHeader("Expect");
    }
}
