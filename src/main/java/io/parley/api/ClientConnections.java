package io.parley.api;

import io.netty.channel.Channel;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** The connections of clients, from the moment at which a server accepts them. */
@Singleton
final class ClientConnections {
    /** Vert.x makes the hooks before there are beans; null while no application serves. */
    private static volatile @Nullable ClientConnections serving;
    private final Problems problems;

    ClientConnections(Problems problems) {
        this.problems = problems;
    }

    void begin(@Observes StartupEvent started) {
        serving = this;
    }

    @PreDestroy
    void end() {
        serving = null;
    }

    /** Takes a connection that a server has just accepted. */
    static void accept(Channel channel) {
        ClientConnections connections = serving;
        if (connections != null) {
            channel.pipeline().addLast(new ClientConnection(connections));
        }
    }

    /** Answers a request that no decoder could read; Vert.x then closes its connection. */
    void refuseUnreadable(HttpServerRequest request) {
        problems.send(Refused.unreadable(request.decoderResult().cause()), request);
    }
}
