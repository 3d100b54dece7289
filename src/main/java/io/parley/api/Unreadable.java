package io.parley.api;

import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;

/** Answers a request whose body cannot be read as HTTP, for example because a chunk has no length. */
final class Unreadable {

    private Unreadable() {
    }

    /** Returns whether the data from the client made a body fail; false if the connection ended. */
    static boolean isCause(Throwable cause) {
        return !(cause instanceof HttpClosedException || cause instanceof StreamResetException || cause instanceof IOException);
    }

    /**
     * Sends the answer at once, because Vert.x closes the connection right after it reports the failure and drops unsent bytes.
     */
    static void answer(HttpServerRequest request, Problems problems) {
        problems.send(Refused.unreadable(null), request);
        if (request.connection() instanceof ConnectionBase connection) {
            connection.channel().flush();
        }
    }
}
