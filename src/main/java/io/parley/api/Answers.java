package io.parley.api;

import io.parley.api.json.Json;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Makes answers of JSON texts. */
final class Answers {
    private Answers() {
    }

    static Response.ResponseBuilder json(int status, String json) {
        return Response.status(status).entity(json).type(MediaType.APPLICATION_JSON_TYPE);
    }

    static Response.ResponseBuilder ok(Json.Writing writing) {
        return json(200, Json.write(writing));
    }

    /** Something new at a path, or, under an idempotency key, what an earlier request had made there. */
    static Response.ResponseBuilder created(String path, boolean repeated, Json.Writing writing) {
        return replayed(json(201, Json.write(writing)).header("Location", path), repeated);
    }

    static Response.ResponseBuilder replayed(Response.ResponseBuilder answer, boolean repeated) {
        return repeated ? answer.header("Idempotent-Replayed", "true") : answer;
    }
}
