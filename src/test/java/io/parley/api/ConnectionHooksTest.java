package io.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionHooksTest {

    /** A transport that is not the JDK's, such as a native transport. */
    private static final class OtherTransport implements Transport {
        private final Transport jdk = new JDKTransport();

        @Override
        public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ratio) {
            return jdk.eventLoopGroup(type, threads, factory, ratio);
        }

        @Override
        public DatagramChannel datagramChannel() {
            return jdk.datagramChannel();
        }

        @Override
        public DatagramChannel datagramChannel(InternetProtocolFamily family) {
            return jdk.datagramChannel(family);
        }

        @Override
        public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return jdk.channelFactory(domainSocket);
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return jdk.serverChannelFactory(domainSocket);
        }
    }

    @AfterEach
    void hookAgain() {
        new ConnectionHooks().init(new VertxBuilder().findTransport(new JDKTransport()));
    }

    @Test
    void the_transport_of_the_jdk_gets_the_hook() {
        VertxBuilder builder = new VertxBuilder().findTransport(new JDKTransport());
        new ConnectionHooks().init(builder);
        assertThat(builder.findTransport()).isNotExactlyInstanceOf(JDKTransport.class);
        assertThat(ConnectionHooks.isIn()).isTrue();
    }

    @Test
    void another_transport_stays_as_it_is_and_it_is_known_that_connections_are_not_seen() {
        Transport other = new OtherTransport();
        VertxBuilder builder = new VertxBuilder().findTransport(other);
        new ConnectionHooks().init(builder);
        assertThat(builder.findTransport()).isSameAs(other);
        assertThat(ConnectionHooks.isIn()).isFalse();
    }
}
