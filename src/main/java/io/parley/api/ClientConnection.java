package io.parley.api;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.net.impl.VertxHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client. It sees the bytes before all other handlers, and closes the connection if a request does not come
 * in time. While a request is being answered, other limits apply, such as those of a body or of a turn. It belongs to the event
 * loop of its channel.
 */
final class ClientConnection extends ChannelDuplexHandler {
    /**
     * The events that report requests to this class. They are strings, because a reload in dev mode keeps this class in use
     * beside a newer version of it, and the two versions share no types.
     */
    static final String REQUEST_BEGINS = "parley.request.begins";
    static final String REQUEST_ENDS = "parley.request.ends";
    static final String BODY_ENDS = "parley.body.ends";
    /** The name that Vert.x gives to its own handler of a connection. */
    private static final String VERTX = "handler";
    /** The name that Vert.x gives to the handler that waits for the end of a TLS handshake. */
    private static final String HANDSHAKE = "handshaker";
    /** The time that a client has to receive the last bytes of a connection. */
    private static final Duration ENDING = Duration.ofSeconds(5);
    private static final RequestLineCheck CHECK = new RequestLineCheck();
    private final ClientConnections connections;
    private final ConnectionCount count;
    private boolean isChecked;
    private boolean isEnding;
    private int requests;
    private long writes;
    /**
     * Whether the limit for the next head has started. It starts with the connection, later with the first byte after a
     * request.
     */
    private boolean hasBegun = true;
    private @Nullable ScheduledFuture<?> deadline;

    /** @param count the counter that has counted this connection */
    ClientConnection(ClientConnections connections, ConnectionCount count) {
        this.connections = connections;
        this.count = count;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        after(connections.head(), context, () -> end(context));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        isEnding = false;
        cancel();
        count.leave();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (!isChecked) {
            checkRequests(context);
        }
        // An HTTP/2 connection carries frames between requests, such as pings, so its bytes do not begin a head.
        if (!hasBegun && requests == 0 && context.pipeline().get(Http2ConnectionHandler.class) == null) {
            hasBegun = true;
            after(connections.head(), context, () -> end(context));
        }
        context.fireChannelRead(bytes);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event.equals(REQUEST_BEGINS)) {
            requests++;
            cancel();
        } else if (event.equals(REQUEST_ENDS)) {
            requests--;
            if (requests == 0) {
                hasBegun = false;
                closeOnceIdle(context, Long.MAX_VALUE, writes);
            }
        } else if (event.equals(BODY_ENDS)) {
            endBody(context);
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    /**
     * The bytes after an answer were the rest of that request's body, so no new request has begun and the idle limit applies.
     */
    private void endBody(ChannelHandlerContext context) {
        if (requests == 0 && hasBegun) {
            hasBegun = false;
            closeOnceIdle(context, Long.MAX_VALUE, writes);
        }
    }

    /** Counts the writes, because each shows that a slow client of HTTP/2 has read something. */
    @Override
    public void write(ChannelHandlerContext context, Object bytes, ChannelPromise written) {
        writes++;
        context.write(bytes, written);
    }

    /**
     * Vert.x reports the end of an answer before a slow client has read all of it, so the connection stays while the client
     * reads. The rest of an answer waits in the buffer of the channel or, with HTTP/2, in a stream whose window is used up.
     */
    private void closeOnceIdle(ChannelHandlerContext context, long unsentBefore, long writesBefore) {
        after(connections.idle(), context, () -> {
            ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
            long unsent = buffer == null ? 0 : buffer.totalPendingWriteBytes();
            if (unsent == 0 && !hasStreams(context)) {
                end(context);
            } else if (unsent < unsentBefore || writes > writesBefore) {
                closeOnceIdle(context, unsent, writes);
            } else {
                context.close();
            }
        });
    }

    /** A stream of HTTP/2 is active until the last byte of its answer is written. */
    private static boolean hasStreams(ChannelHandlerContext context) {
        Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
        return http2 != null && http2.connection().numActiveStreams() > 0;
    }

    /**
     * Ends the connection through all its handlers, because they tell the client: the handler of HTTP/2 sends GOAWAY, and the
     * handler of TLS sends close_notify.
     */
    private void end(ChannelHandlerContext context) {
        after(ENDING, context, context::close);
        isEnding = true;
        context.pipeline().close();
    }

    private void after(Duration time, ChannelHandlerContext context, Runnable end) {
        if (isEnding) {
            return;
        }
        cancel();
        deadline = context.executor().schedule(end, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cancel() {
        if (deadline != null && !isEnding) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    /**
     * Adds the checks of requests. With TLS, Vert.x adds its own handlers only after the handshake, the end of which may come
     * together with a request.
     */
    private void checkRequests(ChannelHandlerContext context) {
        isChecked = true;
        if (context.pipeline().get(HANDSHAKE) != null) {
            context.pipeline().addBefore(HANDSHAKE, null, new Handshake());
        } else {
            checkRequests(context.pipeline());
        }
    }

    private void checkRequests(ChannelPipeline pipeline) {
        ChannelHandler vertx = pipeline.get(VERTX);
        if (vertx instanceof Http2ConnectionHandler handler) {
            Http2PathCheck.addTo(handler.decoder());
        } else if (vertx instanceof VertxHandler<?> handler
                && handler.getConnection() instanceof Http1xServerConnection connection) {
            pipeline.addBefore(VERTX, null, CHECK);
            connection.invalidRequestHandler(connections::refuseUnreadable);
        }
    }

    /** Adds the checks of requests as soon as Vert.x has its own handlers, before the first request is decrypted. */
    private final class Handshake extends ChannelInboundHandlerAdapter {

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            context.fireUserEventTriggered(event);
            if (event instanceof SslHandshakeCompletionEvent) {
                checkRequests(context.pipeline());
                if (!context.isRemoved()) {
                    context.pipeline().remove(this);
                }
            }
        }
    }
}
