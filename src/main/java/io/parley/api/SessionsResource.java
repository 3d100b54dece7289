package io.parley.api;

import io.parley.api.json.JsonText;
import io.parley.api.json.MessagesReader;
import io.parley.api.json.Paths;
import io.parley.api.json.SessionJson;
import io.parley.api.json.SettingsReader;
import io.parley.conversation.MessageId;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.SessionSettings;
import io.parley.session.SessionStore.Stored;
import io.parley.session.Sessions;
import io.parley.turn.Turns;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** {@code /sessions}: create, list, read, change, erase and fork sessions. */
@Path("/api/v1/sessions")
@Produces(MediaType.APPLICATION_JSON)
public class SessionsResource {
    private static final int LONGEST_QUERY = 500;
    /** Most sessions in a list have fewer stored bytes. */
    private static final long LISTED = 4 * 1024;
    private final Calls calls;
    private final Bodies bodies;
    private final SettingsReader settings;
    private final MessagesReader messages;
    private final Sessions sessions;
    private final Turns turns;
    private final LongAnswers answers;

    SessionsResource(Calls calls, Bodies bodies, SettingsReader settings, MessagesReader messages, Sessions sessions,
            Turns turns, LongAnswers answers) {
        this.calls = calls;
        this.bodies = bodies;
        this.settings = settings;
        this.messages = messages;
        this.sessions = sessions;
        this.turns = turns;
        this.answers = answers;
    }

    /** Creates a session. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<@Nullable Response> create(@Context HttpServerRequest request) {
        return calls.answer(request, call -> answers.answer(call,
                _ -> bodies.<Keyed<SessionSettings>, Stored<Session>> read(request,
                        body -> Keyed.of(call, Paths.SESSIONS, body, settings.read(body)),
                        (asked, _) -> sessions.create(call.owner(), asked.value(), asked.key())),
                session -> SessionJson.length(session.value()), SessionsResource::created));
    }

    /** The owner's sessions, newest first. */
    @GET
    public Uni<@Nullable Response> list(@Context HttpServerRequest request) {
        return calls.answer(request, call -> {
            PageRequest wanted = Paging.request(request);
            String query = query(request);
            return answers.answerFromReserve(call,
                    room -> room.take(LISTED * wanted.limit()).chain(() -> sessions.list(call.owner(), query, wanted)),
                    Page::bytes, page -> Paging.answer(call, wanted, page, false, SessionJson::writeListed));
        });
    }

    /** One session. */
    @GET
    @Path("{id}")
    public Uni<@Nullable Response> find(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            return answers.answer(call, room -> sessions.find(call.owner(), session, room), SessionJson::length,
                    SessionsResource::shown);
        });
    }

    /** Changes settings by a JSON Merge Patch. */
    @PATCH
    @Path("{id}")
    @Consumes({ "application/merge-patch+json", MediaType.APPLICATION_JSON })
    public Uni<@Nullable Response> change(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            EntityTags tags = call.ifMatch();
            return answers.answer(call, room -> bodies.<JsonText, Session> read(request, settings::readPatch,
                    (patch, _) -> sessions.makeRoom(session, room)
                            .chain(() -> expectedVersion(call, session, tags))
                            .chain(version -> sessions.update(call.owner(), session, version,
                                    before -> settings.patch(before, patch)))),
                    SessionJson::length, SessionsResource::shown);
        });
    }

    /** Erases a session for good, its running turn first. */
    @DELETE
    @Path("{id}")
    public Uni<Response> erase(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            return matchedVersion(call, session, call.ifMatch())
                    .chain(version -> turns.stopAll(call.owner(), session)
                            .chain(() -> sessions.erase(call.owner(), session, version)))
                    .map(_ -> Response.noContent().build());
        });
    }

    /** A new session with the history up to a message. */
    @POST
    @Path("{id}/forks")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<@Nullable Response> fork(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            return answers.answer(call, room -> bodies.<Keyed<MessageId>, Stored<Session>> read(request,
                    body -> Keyed.of(call, Paths.forks(session), body, messages.readFork(body)),
                    (asked, _) -> sessions.makeRoom(session, room)
                            .chain(() -> sessions.fork(call.owner(), session, asked.value(), asked.key()))),
                    fork -> SessionJson.length(fork.value()), SessionsResource::created);
        });
    }

    private Uni<@Nullable Long> expectedVersion(Call call, SessionId session, @Nullable EntityTags tags) {
        return Calls.expectedVersion(tags, sessions.outline(call.owner(), session).map(Session::version));
    }

    /** Compares before anything is done for the request: one that is refused must not have ended a turn. */
    private Uni<@Nullable Long> matchedVersion(Call call, SessionId session, @Nullable EntityTags tags) {
        if (tags == null || tags.any()) {
            return Uni.createFrom().nullItem();
        }
        return sessions.outline(call.owner(), session).map(Session::version).map(version -> {
            if (!tags.matchesStrongly(version)) {
                throw Refused.staleVersion();
            }
            return version;
        });
    }

    private static @Nullable String query(HttpServerRequest request) {
        String query = request.getParam("q");
        if (query != null && query.codePointCount(0, query.length()) > LONGEST_QUERY) {
            throw Refused.parameter("q", "must be at most " + LONGEST_QUERY + " characters long");
        }
        return query == null || query.isBlank() ? null : query;
    }

    private static Response created(Stored<Session> stored) {
        Session session = stored.value();
        return Answers.created(Paths.session(session.id()), stored.repeated(), json -> SessionJson.write(json, session))
                .tag(Long.toString(session.version())).build();
    }

    // No 304 here: the tag is that of the settings, and a browser would go on showing an old runningTurn and old totals.
    private static Response shown(Session session) {
        return Answers.ok(json -> SessionJson.write(json, session)).tag(Long.toString(session.version())).build();
    }
}
