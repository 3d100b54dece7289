package io.parley.testing;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;

/**
 * A network within this process: a Vert.x on it runs its HTTP server and client unchanged, but no byte passes through the
 * kernel.
 * A server listens on a domain socket whose path is a port; a client connects to that port of any host.
 */
public final class MemoryNetwork implements Transport {
    private MemoryNetwork() {
    }

    /** Makes a Vert.x on this network, with a single event loop. */
    public static Vertx vertx() {
        VertxBuilder builder = new VertxBuilder(new VertxOptions().setEventLoopPoolSize(1));
        return builder.findTransport(new MemoryNetwork()).init().vertx();
    }

    /** Returns where a server has to listen so that clients find it at this port. */
    public static SocketAddress port(int port) {
        return SocketAddress.domainSocketAddress(Integer.toString(port));
    }

    /** Returns the same for a server or a client that uses Netty itself. */
    public static LocalAddress address(int port) {
        return new LocalAddress(Integer.toString(port));
    }

    @Override
    public boolean supportsDomainSockets() {
        return true;
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        return new LocalAddress(address.isDomainSocket() ? address.path() : Integer.toString(address.port()));
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
        return SocketAddress.inetSocketAddress(1, "127.0.0.1");
    }

    @Override
    public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory threadFactory, int ioRatio) {
        return new DefaultEventLoopGroup(threads, task -> {
            Thread thread = threadFactory.newThread(task);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public DatagramChannel datagramChannel() {
        throw new UnsupportedOperationException("the network in memory has no datagrams");
    }

    @Override
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return datagramChannel();
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return LocalChannel::new;
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return LocalServerChannel::new;
    }

    @Override
    public void configure(ClientOptionsBase options, boolean domainSocket, Bootstrap bootstrap) {
        // The options of sockets mean nothing here.
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        // The options of sockets mean nothing here.
    }
}
