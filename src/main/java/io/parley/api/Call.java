package io.parley.api;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.IdempotencyKey;
import io.parley.conversation.MessageId;
import io.parley.conversation.Owner;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One request of a known owner, and what its head says. */
record Call(HttpServerRequest request, Owner owner) {
    private static final Pattern EVENT_ID = Pattern.compile("0|[1-9][0-9]{0,17}");

    /** All lines of a header joined by commas, null if it is missing. */
    @Nullable
    String header(String name) {
        List<String> lines = request.headers().getAll(name);
        return lines.isEmpty() ? null : String.join(", ", lines);
    }

    /**
     * Returns the key that this request shares with its repetitions; null if the client sent no key.
     *
     * @param path the operation's path, made from the decoded ids, because a client can spell one path in many ways
     */
    @Nullable
    IdempotencyKey idempotency(String path, byte[] body) {
        String key = IdempotencyHeader.parse(header("Idempotency-Key"));
        return key == null ? null : IdempotencyHeader.bind(key, owner, request.method().name(), path, body);
    }

    /** Which versions may be changed; null: any. */
    @Nullable
    EntityTags ifMatch() {
        return EntityTags.parse("If-Match", header("If-Match"));
    }

    /** Which versions the client has already; null: none. */
    @Nullable
    EntityTags ifNoneMatch() {
        return EntityTags.parse("If-None-Match", header("If-None-Match"));
    }

    Preferences preferences() {
        return Preferences.parse(header("Prefer"));
    }

    Accept accept() {
        return new Accept(header("Accept"));
    }

    /** The last event that the client has seen: {@code Last-Event-ID}, else {@code after}, else 0. */
    long lastEvent() {
        String last = request.getHeader("Last-Event-ID");
        return last != null ? eventId("Last-Event-ID", last.strip()) : eventId("after", request.getParam("after"));
    }

    private static long eventId(String name, @Nullable String value) {
        // A browser that has seen no id yet sends none, some libraries an empty one.
        if (value == null || value.isEmpty()) {
            return 0;
        }
        if (!EVENT_ID.matcher(value).matches()) {
            throw Refused.parameter(name, "must be the id of an event, which is a whole number of 0 or more");
        }
        return Long.parseLong(value);
    }

    /** A query parameter that is {@code true} or {@code false}, false if missing. */
    boolean flag(String name) {
        String value = request.getParam(name);
        if (value == null || "false".equals(value)) {
            return false;
        }
        if ("true".equals(value)) {
            return true;
        }
        throw Refused.parameter(name, "must be true or false");
    }

    /** The session that a path names. */
    static SessionId session(String id) {
        if (!SessionId.isWellFormed(id)) {
            throw new Failure.NotFound(FailureCode.SESSION_NOT_FOUND, "There is no such session.");
        }
        return new SessionId(id);
    }

    /** The message that a path names. */
    static MessageId message(String id) {
        if (!MessageId.isWellFormed(id)) {
            throw new Failure.NotFound(FailureCode.MESSAGE_NOT_FOUND, "There is no such message.");
        }
        return MessageId.parse(id);
    }

    /** The turn that a path names. */
    static TurnId turn(String id) {
        if (!TurnId.isWellFormed(id)) {
            throw new Failure.NotFound(FailureCode.TURN_NOT_FOUND, "There is no such turn.");
        }
        return new TurnId(id);
    }
}
