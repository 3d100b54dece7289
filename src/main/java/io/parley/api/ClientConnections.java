package io.parley.api;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Counts and bounds the connections of clients from the moment at which a server accepts them. */
@Singleton
final class ClientConnections {
    private static final Logger LOG = Logger.getLogger(ClientConnections.class);
    /**
     * The instance in use, null while no application serves. It is static because Vert.x creates the hooks before the beans.
     */
    private static volatile @Nullable ClientConnections serving;
    private final ConnectionsConfig config;
    private final Problems problems;
    private final EventLoopGroup acceptors;
    /**
     * The most connections of the management port, where probes must get through while clients use all of their connections.
     */
    private static final int MOST_OF_MANAGEMENT = 100;
    private final int managementPort;
    private final ConnectionCount managing = new ConnectionCount(MOST_OF_MANAGEMENT,
            "probes and collectors, as many as the management port");
    private final ConnectionCount clients;

    ClientConnections(ConnectionsConfig config, Problems problems, Vertx vertx,
            @ConfigProperty(name = "quarkus.management.port", defaultValue = "9000") int managementPort) {
        this.config = config;
        this.managementPort = managementPort;
        this.problems = problems;
        this.acceptors = ((VertxInternal) vertx).getAcceptorEventLoopGroup();
        this.clients = new ConnectionCount(config.max(), "clients, as many as parley.connections.max");
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
     * Takes a connection that a server has just accepted. The connections of servers that do not belong to the application are
     * not counted and have no limits. Tests run such servers in the same process.
     *
     * @param server the channel that has accepted the connection
     * @return whether the server may use the connection; if not, this method has closed it
     */
    static boolean accept(Channel server, Channel channel) {
        ClientConnections connections = serving;
        return connections == null || server.eventLoop().parent() != connections.acceptors || connections.take(channel);
    }

    private boolean take(Channel channel) {
        boolean manages = channel.localAddress() instanceof InetSocketAddress local && local.getPort() == managementPort;
        ConnectionCount count = manages ? managing : clients;
        if (!count.take()) {
            channel.unsafe().closeForcibly();
            return false;
        }
        channel.pipeline().addLast(new ClientConnection(this, count));
        return true;
    }

    /** Returns how long the head of a request may take. */
    Duration head() {
        return config.head();
    }

    /** Returns how long a connection may stay without a request. */
    Duration idle() {
        return config.idle();
    }

    /** Reports to the connection that a request begins, and reports its end when the answer is over. */
    static void use(RoutingContext context) {
        if (context.request().connection() instanceof ConnectionBase connection) {
            Channel channel = connection.channel();
            channel.pipeline().fireUserEventTriggered(ClientConnection.REQUEST_BEGINS);
            context.addEndHandler(_ -> channel.pipeline().fireUserEventTriggered(ClientConnection.REQUEST_ENDS));
        }
    }

    /** Answers a request that the decoder could not read. Vert.x then closes the connection. */
    void refuseUnreadable(HttpServerRequest request) {
        problems.send(Refused.unreadable(request.decoderResult().cause()), request);
    }
}
