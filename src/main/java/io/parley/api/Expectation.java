package io.parley.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Handles {@code Expect: 100-continue}, with which a client sends its head and waits before it sends its body. By RFC 9110,
 * section 10.1.1, the server answers 100 when it wants the body, else it sends the final answer. After a final answer the
 * client may still send its body or leave it out.
 */
final class Expectation {
    private static final String CONTINUE = "100-continue";

    private Expectation() {
    }

    /** Returns whether a request has another expectation than {@code 100-continue}. */
    static boolean isUnknown(HttpServerRequest request) {
        String expected = expected(request);
        return expected != null && !expected.strip().equalsIgnoreCase(CONTINUE);
    }

    /** Tells a client that waits with its body to send the body. */
    static void meet(HttpServerRequest request) {
        if (expected(request) != null && !request.response().headWritten()) {
            request.response().writeContinue();
        }
    }

    /**
     * Ends the connection after this request if the answer comes before the body. The client may then send its body or its next
     * request, and the server cannot tell the two apart.
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
