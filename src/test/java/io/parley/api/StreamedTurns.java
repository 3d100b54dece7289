package io.parley.api;

import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.conversation.Turn;
import io.parley.stream.Listening;
import io.parley.testing.Commands;
import io.parley.testing.Parts;
import io.parley.turn.TurnCommand;
import io.parley.turn.Turns;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.http.HttpServerRequest;

/** Answers each request with the events of a turn of its own, as the resource of turns does, without JAX-RS before it. */
public final class StreamedTurns {
    private static final Owner OWNER = new Owner("benchmark");
    private final Turns turns;
    private final EventStreams streams;

    /** Takes the parts that it needs. */
    public StreamedTurns(Parts parts) {
        this.turns = parts.get(Turns.class);
        this.streams = parts.get(EventStreams.class);
    }

    /** Starts a turn and sends its events. */
    public void answer(HttpServerRequest request) {
        Cancellable unused = turns.start(asked(), () -> {
        }).chain(started -> send(request, started.turn())).subscribe().with(_ -> {
        }, failure -> request.response().setStatusCode(500).end(failure.toString()));
    }

    private static TurnCommand asked() {
        return Commands.saying(OWNER, SessionId.create(), "Go on.");
    }

    private Uni<Void> send(HttpServerRequest request, Turn turn) {
        EventStreams.Wanted wanted = new EventStreams.Wanted(turn.session(), turn.id(), 0, false);
        return turns.listen(OWNER, turn.session(), turn.id(), 0).chain(listening -> switch (listening) {
            case Listening.From(var cursor) -> streams.send(request, 0, new TurnSource(wanted, cursor));
            case Listening.NothingMore() -> Uni.createFrom().failure(new IllegalStateException("nothing to hear"));
        });
    }
}
