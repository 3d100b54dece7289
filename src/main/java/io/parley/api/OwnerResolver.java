package io.parley.api;

import io.parley.conversation.Owner;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;

/** Says who a request comes from. Port: an application with its own users puts a CDI bean in the place of the default. */
public interface OwnerResolver {

    /**
     * Whose sessions the request is about.
     *
     * @return fails with {@code Failure.Invalid} and {@code UNAUTHORIZED} or {@code FORBIDDEN_ORIGIN} if it may not be served
     */
    Uni<Owner> resolve(HttpServerRequest request);
}
