package io.parley.store;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.util.List;
import java.util.stream.StreamSupport;

/** The event loops on which requests are served. */
final class EventLoops {
    private EventLoops() {
    }

    /** A context on each of them, which belongs to no request. */
    static List<ContextInternal> of(Vertx vertx) {
        VertxInternal inside = (VertxInternal) vertx;
        return StreamSupport.stream(inside.getEventLoopGroup().spliterator(), false)
                .map(loop -> inside.createEventLoopContext((EventLoop) loop, null, null)).toList();
    }
}
