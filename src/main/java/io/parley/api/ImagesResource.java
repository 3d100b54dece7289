package io.parley.api;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.ImageBytes;
import io.parley.conversation.SessionId;
import io.parley.session.Sessions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /sessions/{id}/images}: the pictures of a session's messages. */
@Path("/api/v1/sessions/{id}/images")
public class ImagesResource {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private final Calls calls;
    private final Sessions sessions;
    private final LongAnswers answers;
    private final PageOrigins origins;

    ImagesResource(Calls calls, Sessions sessions, LongAnswers answers, PageOrigins origins) {
        this.calls = calls;
        this.sessions = sessions;
        this.answers = answers;
        this.origins = origins;
    }

    /** One picture; it never changes, as its name is the hash of its bytes. */
    @GET
    @Path("{sha256}")
    public Uni<@Nullable Response> find(@Context HttpServerRequest request, @PathParam("id") String id,
            @PathParam("sha256") String sha256) {
        return calls.answer(request, call -> {
            SessionId session = Call.session(id);
            if (!SHA256.matcher(sha256).matches()) {
                throw new Failure.NotFound(FailureCode.IMAGE_NOT_FOUND, "There is no such image.");
            }
            String known = call.header("If-None-Match");
            return answers.answer(call, room -> sessions.image(call.owner(), session, sha256, room),
                    image -> image.base64().length(),
                    image -> cacheable(known != null && known.contains("\"" + sha256 + "\"") ? Response.notModified()
                            : bytes(image), sha256));
        });
    }

    private static Response.ResponseBuilder bytes(ImageBytes image) {
        return Response.ok(Base64.getDecoder().decode(image.base64())).type(image.mediaType());
    }

    private Response cacheable(Response.ResponseBuilder answer, String sha256) {
        return answer.tag(sha256)
                // Should a client open it as a page of its own, it can do nothing there.
                .header("Content-Security-Policy", "default-src 'none'; sandbox")
                // A browser that shows a picture in a page does not say which page asks for it.
                .header("Cross-Origin-Resource-Policy", origins.allowOthers() ? "cross-origin" : "same-origin")
                .build();
    }
}
