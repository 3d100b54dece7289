package io.parley.api;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.VertxServiceProvider;

/**
 * Hands each connection that a server accepts to {@link ClientConnections}. Vert.x loads this class as a service, because
 * Quarkus has no hook for a connection before its first request, nor for a request that cannot be read.
 */
public final class ConnectionHooks implements VertxServiceProvider {
    private static volatile boolean isIn;

    /** Vert.x calls this method once for each of its instances, before any server listens. */
    @Override
    public void init(VertxBuilder builder) {
        isIn = builder.findTransport() instanceof JDKTransport;
        if (isIn) {
            builder.findTransport(new HookedTransport());
        }
    }

    /**
     * Returns whether Parley sees the connections. A transport that is not the JDK's, such as a native transport or that of an
     * extension, has no place for a hook.
     */
    static boolean isIn() {
        return isIn;
    }

    private static final class HookedTransport extends JDKTransport {

        @Override
        public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            bootstrap.handler(new Acceptor());
        }
    }

    @ChannelHandler.Sharable
    private static final class Acceptor extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            if (ClientConnections.accept(context.channel(), (Channel) accepted)) {
                context.fireChannelRead(accepted);
            }
        }
    }
}
