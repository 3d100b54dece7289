package io.parley.api;

import io.netty.channel.Channel;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The connections of clients, from the moment at which a server accepts them. */
@Singleton
final class ClientConnections {
    private static final Logger LOG = Logger.getLogger(ClientConnections.class);
    /** Vert.x makes the hooks before there are beans; null while no application serves. */
    private static volatile @Nullable ClientConnections serving;
    private final ConnectionsConfig config;
    private final Problems problems;
    /** As probes and a metrics collector need, which must get through where clients have taken all that they may. */
    private static final int MOST_OF_MANAGEMENT = 100;
    private final int managementPort;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger managing = new AtomicInteger();
    private final AtomicBoolean isFull = new AtomicBoolean();

    ClientConnections(ConnectionsConfig config, Problems problems,
            @ConfigProperty(name = "quarkus.management.port", defaultValue = "9000") int managementPort) {
        this.config = config;
        this.managementPort = managementPort;
        this.problems = problems;
    }

    void begin(@Observes StartupEvent started) {
        serving = this;
        if (!ConnectionHooks.isIn()) {
            LOG.warn("Parley cannot see connections before their first request, because Vert.x uses another transport than the "
                    + "JDK's. The settings parley.connections.* have no effect. Leave quarkus.vertx.prefer-native-transport out.");
        }
    }

    @PreDestroy
    void end() {
        serving = null;
    }

    /**
     * Takes a connection that a server has just accepted.
     *
     * @return whether it may be used; if not, it is closed
     */
    static boolean accept(Channel channel) {
        ClientConnections connections = serving;
        return connections == null || connections.take(channel);
    }

    private boolean take(Channel channel) {
        boolean manages = channel.localAddress() instanceof InetSocketAddress local && local.getPort() == managementPort;
        AtomicInteger count = manages ? managing : open;
        if (count.incrementAndGet() > (manages ? MOST_OF_MANAGEMENT : config.max())) {
            count.decrementAndGet();
            if (isFull.compareAndSet(false, true)) {
                LOG.warnf(
                        "There are %d connections of %s allows. Parley closes further ones.", count.get(),
                        manages ? "probes and collectors, as many as the management port"
                                : "clients, as many as parley.connections.max");
            }
            channel.unsafe().closeForcibly();
            return false;
        }
        channel.pipeline().addLast(new ClientConnection(this, count));
        return true;
    }

    /** A connection, one of these, is over. */
    void left(AtomicInteger of) {
        int left = of.decrementAndGet();
        if (left <= config.max() / 2 && isFull.get()) {
            // The next burst is worth a line of its own.
            isFull.set(false);
        }
    }

    /** The time that the head of a request may take. */
    Duration head() {
        return config.head();
    }

    /** The time that a connection may stay without a request. */
    Duration idle() {
        return config.idle();
    }

    /** Notes that a connection has a request until its answer is over. */
    static void use(RoutingContext context) {
        if (context.request().connection() instanceof ConnectionBase connection) {
            Channel channel = connection.channel();
            channel.pipeline().fireUserEventTriggered(ClientConnection.REQUEST_BEGINS);
            context.addEndHandler(_ -> channel.pipeline().fireUserEventTriggered(ClientConnection.REQUEST_ENDS));
        }
    }

    /** Answers a request that no decoder could read; Vert.x then closes its connection. */
    void refuseUnreadable(HttpServerRequest request) {
        problems.send(Refused.unreadable(request.decoderResult().cause()), request);
    }
}
