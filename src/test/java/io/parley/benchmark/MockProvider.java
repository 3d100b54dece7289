package io.parley.benchmark;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;

/** A provider that says what it is asked to, in OpenAI's and Anthropic's formats; a process of its own. */
public final class MockProvider {
    static final String LISTENING = "provider listens on ";

    private MockProvider() {
    }

    /** Arguments: the file of the {@link Stamps}. */
    public static void main(String[] arguments) {
        Stamps stamps = Stamps.open(Path.of(arguments[0]));
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        var unused = vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true).setAcceptBacklog(8_192))
                .requestHandler(request -> answer(vertx, stamps, request))
                .listen(0, "127.0.0.1")
                .onSuccess(server -> System.out.println(LISTENING + server.actualPort()))
                .onFailure(failure -> System.exit(1));
    }

    private static void answer(Vertx vertx, Stamps stamps, HttpServerRequest request) {
        Wire wire = Wire.ofPath(request.path());
        var unused = request.body().onSuccess(body -> {
            Prompt prompt = Prompt.newestIn(body.toString());
            stamps.asked(prompt.slot(), body.toString().split("\"role\"", -1).length - 1);
            new Recital(vertx, stamps, wire, prompt, request.response()).begin();
        });
    }
}
