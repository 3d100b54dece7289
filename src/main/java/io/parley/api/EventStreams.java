package io.parley.api;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.Cursor;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;

/** Sends the events of turns. */
@Singleton
final class EventStreams {
    private final SseConfig config;
    private final Vertx vertx;

    EventStreams(SseConfig config, Vertx vertx) {
        this.config = config;
        this.vertx = vertx;
    }

    /**
     * Which events a client wants.
     *
     * @param after the last id it has seen
     * @param thinking whether it wants the model's reasoning too
     */
    record Wanted(SessionId session, TurnId turn, long after, boolean thinking) {}

    /**
     * Answers a request with events until the turn is over or the client has left.
     *
     * @return fails only while nothing has been sent, so that the failure can still be a status; cancelling it closes the
     *         cursor
     */
    Uni<Void> send(HttpServerRequest request, Wanted wanted, Cursor cursor) {
        return Uni.createFrom().deferred(() -> {
            Context context = vertx.getOrCreateContext();
            // A turn later: JAX-RS wants to add handlers to the response after it has subscribed, and may not once it is over.
            return Uni.createFrom().voidItem().emitOn(command -> context.runOnContext(_ -> command.run()))
                    .onCancellation().invoke(cursor::close)
                    .chain(() -> new EventStream(config, context, request, wanted, cursor).run());
        });
    }
}
