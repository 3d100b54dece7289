package io.parley.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

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

    /** For a client that takes nothing: what was written for it goes too, which the system would keep for minutes. */
    static void cutOff(HttpServerRequest request) {
        Channel channel = channelOfItsOwn(request);
        if (channel != null) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        breakOff(request);
    }

    /** Vert.x closes a connection of HTTP/1 behind what is still to be written; this does not wait for that. */
    static void breakOff(HttpServerRequest request) {
        Channel channel = channelOfItsOwn(request);
        if (channel == null) {
            request.response().reset();
        } else {
            // Past Vert.x's own handler, which would wait as well.
            channel.pipeline().firstContext().close();
        }
    }

    /** In HTTP/2 a connection is shared by many answers. */
    private static @Nullable Channel channelOfItsOwn(HttpServerRequest request) {
        return request.connection() instanceof ConnectionBase connection && request.version() != HttpVersion.HTTP_2
                ? connection.channel()
                : null;
    }
}
