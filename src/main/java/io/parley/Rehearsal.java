package io.parley;

import io.quarkus.runtime.Quarkus;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Talks to itself over HTTP and ends: what the JVM has loaded, linked and found to be hot by then can go into an AOT cache (JEP
 * 483, 514, 515), with which the next process starts in less time and compiles earlier.
 */
@Singleton
final class Rehearsal {
    private static final Logger LOG = Logger.getLogger(Rehearsal.class);
    private static final List<String> MODELS = List.of("simulator", "simulator-claude");
    private static final int TURNS_OF_A_SESSION = 4;
    private static final Duration LONGEST_TURN = Duration.ofMinutes(1);
    /** As in service: events of many turns mingle, so that what is learnt of the code holds there. */
    private static final int CONVERSATIONS_AT_ONCE = 16;

    private final RehearsalConfig config;
    private final HttpServer server;

    Rehearsal(RehearsalConfig config, HttpServer server) {
        this.config = config;
        this.server = server;
    }

    void begin(@ObservesAsync HttpServerStart started) {
        if (config.turns() == 0) {
            return;
        }
        try (HttpClient client = HttpClient.newHttpClient();
                ExecutorService atOnce = Executors.newFixedThreadPool(CONVERSATIONS_AT_ONCE, Thread.ofVirtual().factory())) {
            List<Callable<Void>> conversations = new ArrayList<>();
            for (int turn = 0; turn < config.turns(); turn += TURNS_OF_A_SESSION) {
                MODELS.forEach(model -> conversations.add(() -> converse(client, model)));
            }
            for (Future<Void> conversation : atOnce.invokeAll(conversations)) {
                conversation.get();
            }
            Quarkus.asyncExit(0);
        } catch (ExecutionException failure) {
            LOG.error("the rehearsal has failed", failure.getCause());
            Quarkus.asyncExit(1);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            Quarkus.asyncExit(1);
        }
    }

    private @Nullable Void converse(HttpClient client, String model) throws IOException, InterruptedException {
        String made = post(client, "/api/v1/sessions", "application/json", "{\"model\":\"" + model + "\"}");
        String session = "/api/v1/sessions/" + made.replaceFirst(".*?\"id\":\"([^\"]+)\".*", "$1");
        for (int turn = 0; turn < TURNS_OF_A_SESSION; turn++) {
            String reply = post(client, session + "/turns", "text/event-stream", "{\"content\":\"[words=200] Talk.\"}");
            if (!reply.contains("event: done")) {
                throw new IllegalStateException("a turn that is not done");
            }
        }
        return null;
    }

    private String post(HttpClient client, String path, String accept, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + server.getPort() + path))
                .timeout(LONGEST_TURN).header("Content-Type", "application/json").header("Accept", accept)
                .POST(BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException("status " + answer.statusCode() + " at " + path);
        }
        return answer.body();
    }
}
