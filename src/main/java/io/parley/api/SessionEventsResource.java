package io.parley.api;

import io.parley.conversation.FailureCode;
import io.parley.conversation.SessionId;
import io.parley.stream.SessionFeedStore;
import io.parley.stream.SessionFeeds;
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

/** {@code /sessions/{id}/events}: what happens in a session, for whoever has it open. */
@Path("/api/v1/sessions/{id}/events")
public class SessionEventsResource {
    private final Calls calls;
    private final SessionFeeds feeds;
    private final EventStreams events;

    SessionEventsResource(Calls calls, SessionFeeds feeds, EventStreams events) {
        this.calls = calls;
        this.feeds = feeds;
        this.events = events;
    }

    /** From now on, or after the event that the client has seen last; null once they were sent. */
    @GET
    public Uni<@Nullable Response> listen(@Context HttpServerRequest request, @PathParam("id") String id) {
        return calls.answer(request, call -> {
            if (!call.accept().takesEvents()) {
                throw Refused.because(FailureCode.NOT_ACCEPTABLE,
                        "Events are sent as text/event-stream. Name this type in Accept.");
            }
            SessionId session = Call.session(id);
            long after = call.lastEvent();
            long from = after == 0 ? SessionFeedStore.FROM_NOW_ON : after;
            // Look for the session before the first event, because a missing session can be answered with a status only until
            // then.
            return feeds.listen(call.owner(), session, from).chain(cursor -> {
                if (request.method() == HttpMethod.HEAD) {
                    cursor.close();
                    return Uni.createFrom().item(Response.ok().type(MediaType.SERVER_SENT_EVENTS).build());
                }
                return events.send(call.request(), after, new SessionSource(session, cursor)).replaceWith((Response) null);
            });
        });
    }
}
