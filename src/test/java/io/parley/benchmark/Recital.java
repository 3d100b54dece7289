package io.parley.benchmark;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;

/** One reply of the mock provider: each token a write of its own, unless it is to be as fast as it can. */
final class Recital {
    private static final int TOGETHER = 16;
    private final Vertx vertx;
    private final Stamps stamps;
    private final Wire wire;
    private final Prompt prompt;
    private final HttpServerResponse response;
    private long timer = -1;
    private int said;
    private boolean over;

    Recital(Vertx vertx, Stamps stamps, Wire wire, Prompt prompt, HttpServerResponse response) {
        this.vertx = vertx;
        this.stamps = stamps;
        this.wire = wire;
        this.prompt = prompt;
        this.response = response;
    }

    void begin() {
        response.setChunked(true).putHeader("content-type", "text/event-stream; charset=utf-8");
        response.closeHandler(_ -> stop());
        response.exceptionHandler(_ -> stop());
        if (prompt.pace() == 0) {
            response.drainHandler(_ -> pour());
            pour();
            return;
        }
        say(wire.head() + next());
        if (prompt.pace() > 0) {
            timer = vertx.setPeriodic(prompt.pace(), _ -> say(next()));
        }
    }

    private void pour() {
        while (!over && !response.writeQueueFull()) {
            StringBuilder some = new StringBuilder(said == 0 ? wire.head() : "");
            for (int i = 0; i < TOGETHER && !over; i++) {
                some.append(next());
            }
            say(some.toString());
        }
    }

    private String next() {
        if (said == prompt.tokens()) {
            stop();
            return wire.tail(said);
        }
        stamps.sent(prompt.slot(), said);
        return wire.token(prompt.token(said++));
    }

    private void say(String text) {
        if (response.closed()) {
            stop();
            return;
        }
        var unused = over ? response.end(text) : response.write(text);
    }

    private void stop() {
        over = true;
        vertx.cancelTimer(timer);
    }
}
