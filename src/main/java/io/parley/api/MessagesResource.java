package io.parley.api;

import io.parley.api.json.JsonText;
import io.parley.api.json.MessageJson;
import io.parley.api.json.MessagesReader;
import io.parley.api.json.PageJson;
import io.parley.api.json.Paths;
import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.Message;
import io.parley.conversation.MessageId;
import io.parley.conversation.Page;
import io.parley.conversation.PageRequest;
import io.parley.conversation.SessionId;
import io.parley.session.SessionStore.Stored;
import io.parley.session.Sessions;
import io.parley.session.Sessions.Draft;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /sessions/{id}/messages}: read, append, edit, choose and remove messages. */
@Path("/api/v1/sessions/{id}/messages")
@Produces(MediaType.APPLICATION_JSON)
public class MessagesResource {
    private final Calls calls;
    private final Bodies bodies;
    private final MessagesReader reader;
    private final StoredImages images;
    private final Sessions sessions;
    private final LongAnswers answers;

    MessagesResource(Calls calls, Bodies bodies, MessagesReader reader, StoredImages images, Sessions sessions,
            LongAnswers answers) {
        this.calls = calls;
        this.bodies = bodies;
        this.reader = reader;
        this.images = images;
        this.sessions = sessions;
        this.answers = answers;
    }

    /** The history in conversation order; without a cursor the newest page. */
    @GET
    public Uni<@Nullable Response> list(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            PageRequest wanted = messageCursors(Paging.request(request));
            boolean superseded = call.flag("superseded");
            return answers.answer(call, room -> sessions.messages(call.owner(), session, superseded, wanted, room), Page::bytes,
                    page -> Paging.answer(call, wanted, page, true,
                            (json, message) -> MessageJson.write(json, message, session)));
        });
    }

    /** Appends one message or a list, all or none. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<@Nullable Response> append(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            return answers.answer(call, _ -> bodies.<Keyed<MessagesReader.Batch>, Appended> read(request,
                    body -> Keyed.of(call, Paths.messages(session), body, reader.read(body)),
                    (asked, held) -> append(call, session, asked, held)), Appended::length,
                    appended -> appended(session, appended.single(), appended.stored()));
        });
    }

    /** One message. */
    @GET
    @Path("{message}")
    public Uni<@Nullable Response> find(@Context HttpServerRequest request, @PathParam("id") String id,
            @PathParam("message") String message) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            EntityTags known = call.ifNoneMatch();
            MessageId wanted = Call.message(message);
            return answers.answer(call, room -> sessions.message(call.owner(), session, wanted, room), MessageJson::length,
                    found -> shown(session, found, known));
        });
    }

    /** Replaces the content of a message. */
    @PATCH
    @Path("{message}")
    @Consumes({ "application/merge-patch+json", MediaType.APPLICATION_JSON })
    public Uni<@Nullable Response> edit(@Context HttpServerRequest request, @PathParam("id") String id,
            @PathParam("message") String message) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            MessageId target = Call.message(message);
            EntityTags tags = call.ifMatch();
            return answers.answer(call, room -> bodies.<JsonText, Message> read(request, reader::readText,
                    (body, held) -> sessions.message(call.owner(), session, target, room)
                            .chain(found -> edit(call, session, found, tags, reader.readContent(body, found.role()), held))),
                    MessageJson::length, edited -> shown(session, edited, null));
        });
    }

    /** Makes a version of a message count again, with what followed it. */
    @PUT
    @Path("{message}/chosen")
    public Uni<@Nullable Response> choose(@Context HttpServerRequest request, @PathParam("id") String id,
            @PathParam("message") String message) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            MessageId target = Call.message(message);
            EntityTags tags = call.ifMatch();
            return answers.answer(call, room -> sessions.message(call.owner(), session, target, room)
                    .chain(found -> Calls.expectedVersion(tags, Uni.createFrom().item(found.meta().version())))
                    .chain(version -> sessions.choose(call.owner(), session, target, version)), MessageJson::length,
                    chosen -> shown(session, chosen, null));
        });
    }

    /** Removes a message; with a tool call go its results. */
    @DELETE
    @Path("{message}")
    public Uni<@Nullable Response> remove(@Context HttpServerRequest request, @PathParam("id") String id,
            @PathParam("message") String message) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            MessageId target = Call.message(message);
            EntityTags tags = call.ifMatch();
            return answers.answer(call, room -> sessions.message(call.owner(), session, target, room)
                    .chain(found -> Calls.expectedVersion(tags, Uni.createFrom().item(found.meta().version()))
                            .chain(version -> sessions.remove(call.owner(), session, found, version).replaceWith(found))),
                    _ -> 0, _ -> Response.noContent().build());
        });
    }

    /**
     * The result of an append, from which the answer is made.
     *
     * @param single whether the request has one message, outside of a list
     */
    private record Appended(boolean single, Stored<List<Message>> stored) {

        long length() {
            return stored.value().stream().mapToLong(MessageJson::length).sum();
        }
    }

    private Uni<Appended> append(Call call, SessionId session, Keyed<MessagesReader.Batch> asked, Bodies.Held held) {
        boolean single = asked.value().single();
        return resolve(call, session, asked.value().drafts(), held)
                .chain(drafts -> held.toTheEnd(sessions.append(call.owner(), session, drafts, asked.key())))
                .map(stored -> new Appended(single, stored));
    }

    private Uni<Message> edit(Call call, SessionId session, Message found, @Nullable EntityTags tags, List<Content> content,
            Bodies.Held held) {
        Uni<Long> current = Uni.createFrom().item(found.meta().version());
        return images.resolve(call.owner(), session, content, held)
                .chain(resolved -> Calls.expectedVersion(tags, current)
                        .chain(version -> held
                                .toTheEnd(sessions.edit(call.owner(), session, found.id(), version, resolved))));
    }

    private Uni<List<Draft>> resolve(Call call, SessionId session, List<Draft> drafts, Bodies.Held held) {
        return Multi.createFrom().iterable(drafts)
                .onItem().transformToUniAndConcatenate(draft -> images.resolve(call.owner(), session, draft.content(), held)
                        .map(content -> new Draft(draft.role(), content)))
                .collect().asList();
    }

    private static PageRequest messageCursors(PageRequest wanted) {
        check("before", wanted.before());
        check("after", wanted.after());
        return wanted;
    }

    private static void check(String name, @Nullable String cursor) {
        if (cursor != null && !MessageId.isWellFormed(cursor)) {
            throw Refused.parameter(name, "must be a cursor from an earlier page");
        }
    }

    private static Response appended(SessionId session, boolean single, Stored<List<Message>> stored) {
        List<Message> messages = stored.value();
        if (single) {
            if (messages.isEmpty()) {
                throw new Failure.NotFound(FailureCode.MESSAGE_NOT_FOUND,
                        "The message that was stored with this Idempotency-Key has been removed.");
            }
            Message message = messages.getFirst();
            return Answers.created(Paths.message(session, message.id()), stored.repeated(),
                    json -> MessageJson.write(json, message, session)).tag(EntityTags.of(message.meta())).build();
        }
        String list = PageJson.write(messages, false, null, null,
                (json, message) -> MessageJson.write(json, message, session));
        return Answers.replayed(Answers.json(201, list).header("Location", Paths.messages(session)), stored.repeated())
                .build();
    }

    private static Response shown(SessionId session, Message message, @Nullable EntityTags known) {
        Response.ResponseBuilder answer = known != null && known.matchesWeakly(message.meta()) ? Response.notModified()
                : Answers.ok(json -> MessageJson.write(json, message, session));
        return answer.tag(EntityTags.of(message.meta())).build();
    }
}
