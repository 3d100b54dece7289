package io.parley.provider;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.impl.ContextInternal;
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
        return clients.computeIfAbsent(loop, _ -> make.get());
    }

    void close() {
        clients.values().forEach(HttpClient::close);
    }
}
