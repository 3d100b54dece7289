package io.parley.api;

import io.parley.api.json.Names;
import io.parley.api.json.Paths;
import io.parley.api.json.TurnJson;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.conversation.TurnState;
import io.parley.turn.TurnCommand;
import io.parley.turn.Turns;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code /sessions/{id}/turns}: say something and get the reply. */
@Path("/api/v1/sessions/{id}/turns")
public class TurnsResource {
    private final Calls calls;
    private final Bodies bodies;
    private final TurnCommands commands;
    private final Turns turns;
    private final TurnAnswers answers;
    private final LongAnswers longAnswers;

    TurnsResource(Calls calls, Bodies bodies, TurnCommands commands, Turns turns, TurnAnswers answers,
            LongAnswers longAnswers) {
        this.calls = calls;
        this.bodies = bodies;
        this.commands = commands;
        this.turns = turns;
        this.answers = answers;
        this.longAnswers = longAnswers;
    }

    /** Says something. The answer is the turn as JSON or its events, as the client prefers; null once events were sent. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<@Nullable Response> start(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            checkForm(call.accept());
            TurnAnswers.Heard heard = new TurnAnswers.Heard(call.lastEvent(), call.flag("thinking"));
            return bodies.<TurnCommand, Turns.Started> read(request,
                    body -> commands.read(call, session, Paths.turns(session), body),
                    (command, held) -> commands.withImages(command, held)
                            .chain(whole -> turns.start(whole, held.untilDone())))
                    .chain(started -> answers.answer(call, started, heard));
        });
    }

    /** The turns of a session, newest first. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<@Nullable Response> list(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            PageRequest wanted = Paging.request(request);
            SessionId session = Call.session(id);
            TurnState state = state(request.getParam("state"));
            return longAnswers.answer(call, room -> turns.list(call.owner(), session, state, wanted, room), Page::bytes,
                    page -> Paging.answer(call, wanted, page, false, TurnJson::write));
        });
    }

    /** A turn with what it has said so far; waits for its end if the client prefers to. */
    @GET
    @Path("{turn}")
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<@Nullable Response> find(@Context HttpServerRequest request, @PathParam("id") String id,
            @PathParam("turn") String turn) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            TurnId wanted = Call.turn(turn);
            Duration wait = call.preferences().waits();
            if (wait == null) {
                return longAnswers.answer(call, room -> turns.find(call.owner(), session, wanted, room), TurnAnswers::length,
                        found -> TurnAnswers.turn(found).build());
            }
            return longAnswers.answer(call, _ -> answers.asItStandsAfter(wait, call.owner(), session, wanted),
                    TurnAnswers::length,
                    found -> TurnAnswers.turn(found).header("Preference-Applied", "wait=" + wait.toSeconds()).build());
        });
    }

    /** Stops a turn; what was said so far is kept. */
    @POST
    @Path("{turn}/cancel")
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<@Nullable Response> cancel(@Context HttpServerRequest request, @PathParam("id") String id,
            @PathParam("turn") String turn) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            TurnId doomed = Call.turn(turn);
            return longAnswers.answer(call, _ -> turns.cancel(call.owner(), session, doomed), TurnAnswers::length,
                    cancelled -> TurnAnswers.turn(cancelled).build());
        });
    }

    /** What is wrong with the form of the answer must be said before anything is stored. */
    private static void checkForm(Accept accept) {
        if (!accept.takesJson() && !accept.takesEvents()) {
            throw Refused.because(FailureCode.NOT_ACCEPTABLE,
                    "A turn is answered as application/json or text/event-stream. Name one of them in Accept.");
        }
    }

    private static @Nullable TurnState state(@Nullable String name) {
        return name == null ? null
                : Names.find(TurnState.class, name).orElseThrow(
                        () -> Refused.parameter("state", "must be one of " + Names.all(TurnState.class)));
    }
}
