package io.parley.benchmark;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Passes each buffer of a provider on to the client, and does nothing else. */
final class PlainRelay {
    private static final int MANY = 1_000;
    private final HttpClient client;
    private final int port;

    PlainRelay(Vertx vertx, int port) {
        this.client = vertx.httpClientBuilder().with(new io.vertx.core.http.PoolOptions().setHttp1MaxSize(MANY)).build();
        this.port = port;
    }

    void answer(HttpServerRequest request) {
        var unused = client.request(HttpMethod.POST, port, "127.0.0.1", "/v1/chat/completions")
                .compose(call -> call.send(Buffer.buffer("{}")))
                .onSuccess(answer -> pass(answer, request.response()));
    }

    private static void pass(HttpClientResponse answer, HttpServerResponse to) {
        to.setChunked(true).putHeader("Content-Type", "text/event-stream");
        answer.handler(to::write);
        answer.endHandler(_ -> to.end());
    }
}
