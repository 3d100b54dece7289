package io.parley.api;

import io.parley.api.json.ContextJson;
import io.parley.api.json.Paths;
import io.parley.api.json.TurnReader;
import io.parley.conversation.ContextSpec;
import io.parley.conversation.Failure;
import io.parley.conversation.SessionId;
import io.parley.conversation.port.Caller;
import io.parley.session.ReadRoom;
import io.parley.turn.Preview;
import io.parley.turn.Previews;
import io.parley.turn.Target;
import io.parley.turn.TurnCommand;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /sessions/{id}/context}: what would be sent now, and why. Stores nothing, calls nobody. */
@Path("/api/v1/sessions/{id}/context")
@Produces(MediaType.APPLICATION_JSON)
public class ContextResource {
    private static final String POLICY = "policy";
    /** Most previews read fewer stored bytes than this. The real size is known only after reading. */
    private static final long HISTORY = 1024 * 1024;
    /** The approximate number of characters by which a preview describes one message. */
    private static final int LISTED = 128;
    private final Calls calls;
    private final Bodies bodies;
    private final TurnReader reader;
    private final TurnCommands commands;
    private final Previews previews;
    private final LongAnswers answers;

    ContextResource(Calls calls, Bodies bodies, TurnReader reader, TurnCommands commands, Previews previews,
            LongAnswers answers) {
        this.calls = calls;
        this.bodies = bodies;
        this.reader = reader;
        this.commands = commands;
        this.previews = previews;
        this.answers = answers;
    }

    /** Of the history as it stands. */
    @GET
    public Uni<@Nullable Response> find(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            List<ContextSpec> policies = policies(request.getParam(POLICY));
            return answers.answerFromReserve(call,
                    room -> preview(TurnCommand.plain(new Caller(call.owner()), new Target.Existing(session)), policies,
                            bodies.none(), room),
                    ContextResource::length, ContextResource::shown);
        });
    }

    /** With what a turn's body says. An idempotency key has nothing to do here, as nothing is done. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<@Nullable Response> preview(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            return answers.answerFromReserve(call, room -> bodies.<TurnCommand, Preview> read(request,
                    body -> commands.read(call, session, Paths.context(session), body),
                    (command, held) -> preview(command, policies(request.getParam(POLICY)), held, room)),
                    ContextResource::length, ContextResource::shown);
        });
    }

    /** @param policies of the query; null if the query has none */
    private Uni<Preview> preview(TurnCommand command, @Nullable List<ContextSpec> policies, Bodies.Held held,
            ReadRoom room) {
        if (policies != null && command.options().context() != null) {
            throw Refused.parameter(POLICY, "must be left out if the body has a context");
        }
        return room.take(HISTORY).chain(() -> commands.withImages(command, held))
                .chain(whole -> held.toTheEnd(previews.preview(whole, policies)));
    }

    private @Nullable List<ContextSpec> policies(@Nullable String parameter) {
        if (parameter == null) {
            return null;
        }
        String text = parameter.strip();
        if (!text.startsWith("{") && !text.startsWith("[")) {
            return List.of(new ContextSpec(text, Map.of()));
        }
        try {
            return reader.readPolicies(text);
        } catch (Failure.Invalid _) {
            throw Refused.parameter(POLICY, "must be the name of a policy, or JSON as in a session's context");
        }
    }

    private static long length(Preview preview) {
        return (long) LISTED * (preview.messages().size() + preview.context().segments().size());
    }

    private static Response shown(Preview preview) {
        return Answers.ok(json -> ContextJson.write(json, preview)).build();
    }
}
