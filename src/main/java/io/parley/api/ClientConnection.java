package io.parley.api;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.net.impl.VertxHandler;

/** One connection of a client: sees its bytes before anything else does. */
final class ClientConnection extends ChannelInboundHandlerAdapter {
    /** The name that Vert.x gives to its own handler of a connection. */
    private static final String VERTX = "handler";
    private final ClientConnections connections;
    private boolean isHttp1;

    ClientConnection(ClientConnections connections) {
        this.connections = connections;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (!isHttp1) {
            nameRefusal(context);
        }
        context.fireChannelRead(bytes);
    }

    /** Vert.x itself answers a request that it cannot read with a bare status. With TLS, its handler comes after some bytes. */
    private void nameRefusal(ChannelHandlerContext context) {
        if (context.pipeline().get(VERTX) instanceof VertxHandler<?> handler
                && handler.getConnection() instanceof Http1xServerConnection connection) {
            isHttp1 = true;
            connection.invalidRequestHandler(connections::refuseUnreadable);
        }
    }
}
