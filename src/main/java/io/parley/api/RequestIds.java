package io.parley.api;

import io.vertx.core.http.HttpServerResponse;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names requests, so that an answer, a log line and a client's report can be brought together. */
final class RequestIds {
    static final String HEADER = "X-Request-Id";
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private RequestIds() {
    }

    /** The client's own id if it is well formed (it comes back in a header, so it must be), else a fresh one. */
    static String choose(@Nullable String fromClient) {
        return fromClient != null && SHAPE.matcher(fromClient).matches() ? fromClient : UUID.randomUUID().toString();
    }

    /** The id under which a request is answered; given now to one that failed before it had one. */
    static String of(HttpServerResponse response) {
        String given = response.headers().get(HEADER);
        if (given != null) {
            return given;
        }
        String id = choose(null);
        if (!response.headWritten()) {
            response.putHeader(HEADER, id);
        }
        return id;
    }
}
