package io.parley.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.parley.simulator.SimulatorServer.Settings;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who may call the simulated models, at what pace they speak, and what they do when nobody listens. */
class SimulatorTest {
    private static final String PATH = "/simulator/openai/v1/chat/completions";

    @Test
    void what_came_through_a_proxy_is_refused_unless_the_network_is_welcome() {
        try (SimulatorServer closed = new SimulatorServer(Settings.QUICK);
                SimulatorServer open = new SimulatorServer(
                        new Settings(true, true, Duration.ZERO, Duration.ZERO, 1, 128_000, 10))) {
            assertThat(closed.post(PATH, body("x").encode(), "X-Forwarded-For", "203.0.113.9").statusCode()).isEqualTo(403);
            assertThat(closed.post(PATH, body("x").encode(), "Forwarded", "for=203.0.113.9").body())
                    .contains("parley.simulator.open-to-network=true");
            assertThat(open.post(PATH, body("x").encode(), "X-Forwarded-For", "203.0.113.9").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void switched_off_it_is_not_there() {
        Settings off = new Settings(false, false, Duration.ZERO, Duration.ZERO, 1, 128_000, 10);
        try (SimulatorServer simulator = new SimulatorServer(off)) {
            assertThat(simulator.openAi(body("x")).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void it_speaks_at_the_pace_that_is_asked_for() {
        try (SimulatorServer simulator = SimulatorServer.start()) {
            long start = System.nanoTime();
            HttpResponse<String> response = simulator.openAi(body("[words=4] [first=100] [pace=30]").put("stream", true));

            assertThat(response.body()).endsWith("data: [DONE]\n\n");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(100 + 4 * 30));
        }
    }

    @Test
    void more_tokens_per_event_make_fewer_events() {
        Settings coarse = new Settings(true, false, Duration.ZERO, Duration.ZERO, 5, 128_000, 10);
        try (SimulatorServer simulator = new SimulatorServer(coarse)) {
            assertThat(simulator.openAi(body("[words=2]").put("stream", true)).body())
                    .contains("\"delta\":{\"content\":\"Every reply.\"}");
        }
    }

    @Test
    void a_client_that_leaves_ends_the_reply_and_frees_its_place() throws IOException {
        Settings single = new Settings(true, false, Duration.ZERO, Duration.ofMillis(10), 1, 128_000, 1);
        try (SimulatorServer simulator = new SimulatorServer(single)) {
            HttpResponse<InputStream> endless = simulator.open(PATH, body("[words=20000]").put("stream", true));
            assertThat(endless.body().read()).isEqualTo('d');
            assertThat(simulator.openAi(body("[words=1]")).statusCode()).isEqualTo(503);

            endless.body().close();

            await().untilAsserted(() -> assertThat(simulator.openAi(body("[words=1]")).statusCode()).isEqualTo(200));
        }
    }

    @Test
    void it_waits_for_a_reader_that_does_not_read() throws IOException {
        try (SimulatorServer simulator = SimulatorServer.start()) {
            HttpResponse<InputStream> slow = simulator.open(PATH, body("[words=20000]").put("stream", true));
            assertThat(slow.body().read()).isEqualTo('d');

            assertThat(simulator.openAi(body("Hello")).statusCode()).isEqualTo(200);
            assertThat(new String(slow.body().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void a_reply_is_cut_on_demand() {
        try (SimulatorServer simulator = SimulatorServer.start()) {
            HttpResponse<InputStream> cut = simulator.open(PATH, body("[words=40] [fail=cut]").put("stream", true));

            assertThat(cut.statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> cut.body().readAllBytes()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_reply_falls_silent_on_demand_and_keeps_its_connection() throws IOException {
        Settings single = new Settings(true, false, Duration.ZERO, Duration.ZERO, 1, 128_000, 1);
        try (SimulatorServer simulator = new SimulatorServer(single)) {
            HttpResponse<InputStream> silent = simulator.open(PATH, body("[words=4] [fail=hang]").put("stream", true));

            assertThat(new String(silent.body().readNBytes(600), StandardCharsets.UTF_8)).contains("\"content\":\"Ever\"");
            assertThat(simulator.openAi(body("x")).statusCode()).isEqualTo(503);
            silent.body().close();
            await().untilAsserted(() -> assertThat(simulator.openAi(body("x")).statusCode()).isEqualTo(200));
        }
    }

    @Test
    void a_large_body_is_served_like_a_small_one_and_too_large_a_one_is_refused() {
        try (SimulatorServer simulator = SimulatorServer.start()) {
            assertThat(simulator.openAi(body("x".repeat(300_000))).statusCode()).isEqualTo(200);
            HttpResponse<String> refused = simulator.post(PATH, "x".repeat((64 << 20) + 1));
            assertThat(refused.statusCode()).isEqualTo(413);
            assertThat(new JsonObject(refused.body()).getJsonObject("error").getString("type"))
                    .isEqualTo("invalid_request_error");
        }
    }

    private static JsonObject body(String text) {
        return new JsonObject().put("model", "simulated").put("messages",
                new JsonArray().add(new JsonObject().put("role", "user").put("content", text)));
    }
}
