package io.parley.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;

/**
 * Serves simulated models over HTTP in the wire formats of OpenAI and of Anthropic, so that Parley can be tried without a
 * key. Takes any model name and any key or none; therefore it answers only this machine unless configured otherwise.
 */
@ApplicationScoped
class Simulator {
    /** Where OpenAI's paths begin. */
    static final String OPENAI = "/simulator/openai/v1";
    /** Where Anthropic's paths begin. */
    static final String ANTHROPIC = "/simulator/anthropic/v1";
    private static final long BODY_LIMIT = 64L << 20;
    private static final List<String> MODELS = List.of("simulator", "simulator-claude");

    private final SimulatorConfig config;
    private final Vertx vertx;
    private final InstantSource clock;

    Simulator(SimulatorConfig config, Vertx vertx, InstantSource clock) {
        this.config = config;
        this.vertx = vertx;
        this.clock = clock;
    }

    /** Adds the routes, if they are wanted. */
    void routes(@Observes Router router) {
        if (!config.enabled()) {
            return;
        }
        Performances performances = new Performances(config, clock);
        Stage openAi = new Stage(vertx, new OpenAiDialect(), performances);
        mount(router, OPENAI + "/chat/completions", openAi);
        mount(router, ANTHROPIC + "/messages", new Stage(vertx, new AnthropicDialect(), performances));
        router.get(OPENAI + "/models").handler(context -> guard(context, openAi)).handler(this::listModels);
    }

    private void mount(Router router, String path, Stage stage) {
        router.post(path).handler(context -> guard(context, stage));
        router.post(path)
                .handler(BodyHandler.create(false).setBodyLimit(BODY_LIMIT))
                .handler(stage::answer)
                .failureHandler(stage::fail);
    }

    private void guard(RoutingContext context, Stage stage) {
        if (config.openToNetwork() || isLocal(context.request())) {
            context.next();
        } else {
            stage.refuse(context, new Refused(Refused.Kind.PERMISSION, "The simulated model answers only its own machine. "
                    + "Set parley.simulator.open-to-network=true to open it."));
        }
    }

    // A proxy on this machine brings the whole network with it.
    private static boolean isLocal(HttpServerRequest request) {
        if (request.headers().contains("Forwarded") || request.headers().contains("X-Forwarded-For")) {
            return false;
        }
        String address = request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
        try {
            return address != null && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private void listModels(RoutingContext context) {
        JsonArray models = new JsonArray();
        MODELS.forEach(name -> models.add(new JsonObject().put("id", name).put("object", "model")
                .put("created", clock.instant().getEpochSecond()).put("owned_by", "parley")));
        Stage.send(context, 200, new JsonObject().put("object", "list").put("data", models));
    }
}
