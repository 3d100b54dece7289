package io.parley.provider;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * An HTTP client for each event loop. A shared one gives a call any free connection, also one that lives on another loop: then
 * every piece of the answer has to wake another thread.
 */
final class LoopClients {
    private final Vertx vertx;
    private final Supplier<HttpClient> make;
    /** Bounded by the number of event loops. */
    private final ConcurrentMap<EventLoop, HttpClient> clients = new ConcurrentHashMap<>();

    LoopClients(Vertx vertx, Supplier<HttpClient> make) {
        this.vertx = vertx;
        this.make = make;
    }

    /** The client of the event loop that the caller's context belongs to. */
    HttpClient here() {
        EventLoop loop = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
        return clients.computeIfAbsent(loop, this::made);
    }

    /** A client closes with the context it is made in: not in one of the HTTP server, which goes before the last turn has. */
    private HttpClient made(EventLoop loop) {
        ContextInternal own = ((VertxInternal) vertx).createEventLoopContext(loop, null, null);
        ContextInternal before = own.beginDispatch();
        try {
            return make.get();
        } finally {
            own.endDispatch(before);
        }
    }

    void close() {
        clients.values().forEach(HttpClient::close);
    }
}
