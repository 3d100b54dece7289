package io.parley.simulator;

import io.parley.simulator.Failures.Break;
import io.parley.simulator.Performances.Performance;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.util.Collections;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Answers the requests of one wire format. */
final class Stage {
    private static final Logger LOG = Logger.getLogger(Stage.class);
    /** Larger bodies are read on a worker thread. */
    private static final int LARGE = 256 << 10;
    private static final int TOO_LARGE = 413;

    private final Vertx vertx;
    private final Dialect dialect;
    private final Performances performances;

    Stage(Vertx vertx, Dialect dialect, Performances performances) {
        this.vertx = vertx;
        this.dialect = dialect;
        this.performances = performances;
    }

    /** Answers a request whose body has been read. */
    void answer(RoutingContext context) {
        long number = performances.nextNumber();
        context.response().putHeader(dialect.requestIdHeader(), "req_sim" + number);
        Buffer body = context.body().buffer();
        if (context instanceof RoutingContextInternal keeper) {
            // It lives as long as the reply, and the body may hold many images.
            keeper.setBody(null);
        }
        Future<Performance> prepared = body != null && body.length() > LARGE
                ? vertx.executeBlocking(() -> prepare(context, body, number), false).map(Objects::requireNonNull)
                : Future.future(promise -> promise.complete(prepare(context, body, number)));
        prepared.onSuccess(performance -> perform(context, performance)).onFailure(context::fail);
    }

    private Performance prepare(RoutingContext context, @Nullable Buffer body, long number) {
        return performances.prepare(dialect, parse(body), context.request().headers(), number);
    }

    private static JsonObject parse(@Nullable Buffer body) {
        try {
            if (body != null && Json.decodeValue(body) instanceof JsonObject object) {
                return object;
            }
        } catch (DecodeException e) {
            LOG.debug("a request to the simulated model is not JSON");
        }
        throw Refused.invalid("We could not parse the JSON body of your request. The API expects a JSON payload.");
    }

    private void perform(RoutingContext context, Performance performance) {
        boolean stream = performance.reply().prompt().stream();
        if (!stream && performance.breaks() == Break.ERROR) {
            refuse(context, Failures.inStream());
        } else if (!performances.enter()) {
            refuse(context, new Refused(Refused.Kind.OVERLOADED, "Overloaded"));
        } else {
            HttpServerResponse response = context.response().setChunked(true)
                    .putHeader("content-type", stream ? "text/event-stream; charset=utf-8" : "application/json")
                    .putHeader("cache-control", "no-cache");
            Playback playback = new Playback(vertx, response, stream ? performance.script() : onePiece(performance),
                    performance.interval(), performance.breaks(), performances::leave);
            context.addEndHandler(_ -> playback.end());
            playback.start(stream ? performance.commands().firstDelay() : performance.length());
        }
    }

    private Script onePiece(Performance performance) {
        return new Script("", 0, Collections.emptyIterator(), dialect.whole(performance.reply()).encode(), "");
    }

    /** Says what was wrong, as the provider would. */
    void fail(RoutingContext context) {
        if (context.failure() instanceof Refused refused) {
            refuse(context, refused);
        } else if (context.statusCode() == TOO_LARGE) {
            refuse(context, new Refused(Refused.Kind.TOO_LARGE, "Request exceeds the maximum size."));
        } else {
            LOG.error("the simulated model failed", context.failure());
            refuse(context, Failures.inStream());
        }
    }

    /** Refuses a request. */
    void refuse(RoutingContext context, Refused refused) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        String requestId = response.headers().get(dialect.requestIdHeader());
        if (refused.kind() == Refused.Kind.RATE_LIMIT || refused.kind() == Refused.Kind.OVERLOADED) {
            response.putHeader("retry-after", "1");
        }
        send(context, dialect.status(refused.kind()), dialect.error(refused, requestId == null ? "req_sim0" : requestId));
    }

    /** Answers in one piece of JSON. */
    static void send(RoutingContext context, int status, JsonObject body) {
        context.response().setStatusCode(status).putHeader("content-type", "application/json").end(body.encode())
                .onFailure(failure -> LOG.debug("the client of the simulated model has left", failure));
    }
}
