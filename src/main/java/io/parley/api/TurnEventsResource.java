package io.parley.api;

import io.parley.conversation.FailureCode;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.stream.Listening;
import io.parley.turn.Turns;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** {@code /sessions/{id}/turns/{turn}/events}: the event log of a turn, live or replayed, from wherever the client was. */
@Path("/api/v1/sessions/{id}/turns/{turn}/events")
public class TurnEventsResource {
    private final Calls calls;
    private final Turns turns;
    private final TurnAnswers answers;

    TurnEventsResource(Calls calls, Turns turns, TurnAnswers answers) {
        this.calls = calls;
        this.turns = turns;
        this.answers = answers;
    }

    /** The events after the one that the client has seen last; null once they were sent. */
    @GET
    public Uni<@Nullable Response> listen(@Context HttpServerRequest request, @PathParam("id") String id,
            @PathParam("turn") String turn) {
        return calls.answer(request, call -> {
            if (!call.accept().takesEvents()) {
                throw Refused.because(FailureCode.NOT_ACCEPTABLE,
                        "Events are sent as text/event-stream. Name this type in Accept.");
            }
            EventStreams.Wanted wanted = wanted(call, Call.session(id), Call.turn(turn));
            return turns.listen(call.owner(), wanted.session(), wanted.turn(), wanted.after())
                    .chain(listening -> isHead(request) ? close(listening) : answers.send(call, wanted, listening));
        });
    }

    private static EventStreams.Wanted wanted(Call call, SessionId session, TurnId turn) {
        return new EventStreams.Wanted(session, turn, call.lastEvent(), call.flag("thinking"));
    }

    private static boolean isHead(HttpServerRequest request) {
        return request.method() == HttpMethod.HEAD;
    }

    private static Uni<@Nullable Response> close(Listening listening) {
        if (listening instanceof Listening.From(var cursor)) {
            cursor.close();
        }
        return Uni.createFrom().item(Response.ok().type(MediaType.SERVER_SENT_EVENTS).build());
    }
}
