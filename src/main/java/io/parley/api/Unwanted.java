package io.parley.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;

/**
 * Takes in the rest of a body that nobody wants. Whoever closes a connection while the client still writes makes it lose the
 * answer that says why.
 */
final class Unwanted {
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private Unwanted() {
    }

    /** Throws away what comes; cuts the client off should it not come to an end. */
    static void discard(Vertx vertx, HttpServerRequest request) {
        if (request.isEnded()) {
            return;
        }
        long timer = vertx.setTimer(LONGEST.toMillis(), _ -> cut(request));
        request.exceptionHandler(_ -> vertx.cancelTimer(timer));
        request.handler(_ -> {
        });
        request.endHandler(_ -> vertx.cancelTimer(timer));
        request.resume();
    }

    private static void cut(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset();
        } else {
            request.connection().close();
        }
    }
}
