package io.parley.api;

import io.parley.conversation.Burst;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.turn.Drain;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.ContextInternal;
import jakarta.inject.Singleton;
import java.time.Duration;

/** Sends events. */
@Singleton
final class EventStreams {
    private final SseConfig config;
    private final Vertx vertx;
    private final Drain drain;
    /** Limits the log lines, because a store that does not answer ends all streams at once. */
    private final Burst earlyEnds = new Burst(Duration.ofSeconds(5));

    EventStreams(SseConfig config, Vertx vertx, Drain drain) {
        this.config = config;
        this.vertx = vertx;
        this.drain = drain;
    }

    /**
     * Which events a client wants.
     *
     * @param after the last id it has seen
     * @param thinking whether it wants the model's reasoning too
     */
    record Wanted(SessionId session, TurnId turn, long after, boolean thinking) {}

    /**
     * Answers a request with events until there are no more, the client has left, or this process is about to end.
     *
     * @param after the last id that the client has seen
     * @return fails only while nothing has been sent, so that the failure can still be a status; cancelling it closes the
     *         source
     */
    <E> Uni<Void> send(HttpServerRequest request, long after, EventSource<E> source) {
        return Uni.createFrom().deferred(() -> {
            ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
            // A turn later: JAX-RS wants to add handlers to the response after it has subscribed, and may not once it is over.
            return Uni.createFrom().voidItem().emitOn(command -> context.runOnContext(_ -> command.run()))
                    .onCancellation().invoke(source.cursor()::close)
                    .chain(() -> new EventStream<>(config, context, request, after, source, drain, earlyEnds).run());
        });
    }
}
