package io.parley.api;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;

/**
 * Sends one long answer piece by piece, so that Parley sees whether the client reads, and when it has read the whole answer.
 */
final class LongAnswer {
    private static final int PIECE = 64 * 1024;
    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Buffer body;
    private final Patience patience;
    private int sent;

    /**
     * How long a client may take before Parley closes its connection.
     *
     * @param piece the time for 64 KiB
     * @param whole the time for the whole answer
     */
    record Patience(Duration piece, Duration whole) {}

    LongAnswer(Vertx vertx, HttpServerRequest request, Buffer body, Patience patience) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        this.body = body;
        this.patience = patience;
    }

    /**
     * Sends the answer.
     *
     * @param head the status and the headers
     * @return completes when the client has the whole answer or has disconnected
     */
    Uni<Void> send(Response head) {
        Context context = vertx.getOrCreateContext();
        // Send in a later task of the event loop: JAX-RS adds handlers to the response after it subscribes, which fails on an
        // ended one.
        return Uni.createFrom().emitter(over -> context.runOnContext(_ -> {
            if (response.closed()) {
                over.complete(null);
            } else {
                begin(head);
                next(over, vertx.setTimer(patience.whole().toMillis(), _ -> StreamResponse.cutOff(request)));
            }
        }));
    }

    private void begin(Response head) {
        response.setStatusCode(head.getStatus());
        head.getStringHeaders().forEach(response::putHeader);
        if (MediaType.APPLICATION_JSON_TYPE.equals(head.getMediaType())) {
            // JAX-RS sends the same header for a short answer.
            response.putHeader("Content-Type", MediaType.APPLICATION_JSON + ";charset=UTF-8");
        }
        response.putHeader("Content-Length", Integer.toString(body.length()));
    }

    private void next(UniEmitter<? super Void> over, long end) {
        int last = Math.min(sent + PIECE, body.length());
        Buffer piece = body.slice(sent, last);
        sent = last;
        long timer = vertx.setTimer(patience.piece().toMillis(), _ -> StreamResponse.cutOff(request));
        Future<Void> taken = last == body.length() ? response.end(piece) : response.write(piece);
        var unused = taken.onComplete(done -> {
            vertx.cancelTimer(timer);
            goOn(done, over, end);
        });
    }

    private void goOn(AsyncResult<Void> done, UniEmitter<? super Void> over, long end) {
        if (done.failed() || sent == body.length()) {
            vertx.cancelTimer(end);
            over.complete(null);
        } else {
            next(over, end);
        }
    }
}
