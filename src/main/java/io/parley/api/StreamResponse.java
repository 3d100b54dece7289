package io.parley.api;

import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/** How an answer that is a stream of events begins, and how one ends whose client does not read. */
final class StreamResponse {
    private StreamResponse() {
    }

    /** Sets status and headers. */
    static void head(HttpServerRequest request) {
        HttpServerResponse response = request.response().setStatusCode(200)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-cache, no-transform")
                .putHeader("X-Accel-Buffering", "no");
        if (request.version() == HttpVersion.HTTP_1_0) {
            // It knows no chunks: the end of the connection is the end of the answer.
            response.putHeader("Connection", "close");
        } else {
            response.setChunked(true);
        }
    }

    /**
     * Vert.x closes a connection of HTTP/1 behind what is still to be written, which this client never takes; and so would the
     * system, which keeps it for minutes.
     */
    static void cutOff(HttpServerRequest request) {
        if (request.connection() instanceof ConnectionBase connection && request.version() != HttpVersion.HTTP_2) {
            connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            // Past Vert.x's own handler, which would wait as well.
            connection.channel().pipeline().firstContext().close();
        } else {
            request.response().reset();
        }
    }
}
