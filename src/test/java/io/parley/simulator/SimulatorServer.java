package io.parley.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** The simulated models on a port of their own, without the rest of the application. */
final class SimulatorServer implements AutoCloseable {
    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    SimulatorServer(SimulatorConfig config) {
        Router router = Router.router(vertx);
        InstantSource clock = now::get;
        new Simulator(config, vertx, clock).routes(router);
        server = vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").toCompletionStage()
                .toCompletableFuture().join();
    }

    static SimulatorServer start() {
        return new SimulatorServer(Settings.QUICK);
    }

    /** Lets time pass. */
    void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    HttpResponse<String> openAi(JsonObject body) {
        return post("/simulator/openai/v1/chat/completions", body.encode());
    }

    HttpResponse<String> anthropic(JsonObject body) {
        return post("/simulator/anthropic/v1/messages", body.encode(), "anthropic-version", "2023-06-01");
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        return send(path, body, HttpResponse.BodyHandlers.ofString(UTF_8), headers);
    }

    HttpResponse<InputStream> open(String path, JsonObject body) {
        return send(path, body.encode(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private <T> HttpResponse<T> send(String path, String body, BodyHandler<T> handler, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20))
                .header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build(), handler);
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString(UTF_8));
    }

    private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) {
        try {
            return client.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** A configuration in one line. */
    record Settings(boolean enabled, boolean openToNetwork, Duration firstTokenDelay, Duration tokenInterval,
            int tokensPerEvent, int contextWindow, int maxReplies) implements SimulatorConfig {
        static final Settings QUICK = new Settings(true, false, Duration.ZERO, Duration.ZERO, 1, 128_000, 1000);
    }
}
