package io.parley.api;

import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;

/** A body whose parts cannot be read as HTTP, such as a chunk without a length. */
final class Unreadable {

    private Unreadable() {
    }

    /** Whether a body failed by what its client sent, not by the end of its connection. */
    static boolean isCause(Throwable cause) {
        return !(cause instanceof HttpClosedException || cause instanceof StreamResetException || cause instanceof IOException);
    }

    /**
     * Answers at once: Vert.x closes the connection as soon as it has told of the failure, and forgets what is not yet sent.
     */
    static void answer(HttpServerRequest request, Problems problems) {
        problems.send(Refused.unreadable(null), request);
        if (request.connection() instanceof ConnectionBase connection) {
            connection.channel().flush();
        }
    }
}
