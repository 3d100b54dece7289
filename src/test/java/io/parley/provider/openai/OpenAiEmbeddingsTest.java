package io.parley.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.Cost;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.provider.Embedded;
import io.parley.provider.Embeddings;
import io.parley.provider.Embeddings.Purpose;
import io.parley.provider.EmbeddingsConfig;
import io.parley.provider.Endpoints;
import io.parley.provider.ProviderParts;
import io.parley.provider.ProvidersConfig;
import io.parley.provider.WireJson;
import io.parley.testing.Configs;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.math.BigDecimal;
import java.net.URI;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol, against a server that says what a test tells it to. */
class OpenAiEmbeddingsTest {
    private final ProviderParts parts = ProviderParts.start(Map.of("parley.upstream.backoff", "PT0.01S"));
    private final Vertx vertx = Vertx.vertx();
    private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
    private final List<HttpServerRequest> requests = new CopyOnWriteArrayList<>();
    private final Queue<Consumer<HttpServerResponse>> answers = new ConcurrentLinkedQueue<>();
    private HttpServer server;

    @BeforeEach
    void start() {
        server = vertx.createHttpServer().requestHandler(request -> request.body().onSuccess(body -> {
            requests.add(request);
            asked.add(WireJson.parse(body.toString()));
            answers.remove().accept(request.response());
        })).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        parts.close();
    }

    @Test
    void asks_in_the_format_of_openai_and_reads_the_vectors_by_their_index() {
        answers.add(
                json("""
                        {"object":"list","model":"m","usage":{"prompt_tokens":7,"total_tokens":7},"data":[
                        {"object":"embedding","index":1,"embedding":[0.5,-1e-2]},{"object":"embedding","index":0,"embedding":[1,2.25]}]}"""));
        Embedded result = join(embed(Map.of("price", "0.02"), "first", "second \"🙂\""));

        assertThat(result.vectors()).containsExactly(new float[] { 1, 2.25f }, new float[] { 0.5f, -0.01f });
        assertThat(result.tokens()).isEqualTo(7);
        assertThat(result.estimated()).isFalse();
        assertThat(result.cost()).isEqualTo(new Cost(new BigDecimal("0.00000014"), "USD"));
        assertThat(asked).containsExactly(WireJson.parse("""
                {"model":"text-embedding-3-small","input":["first","second \\"🙂\\""],"encoding_format":"float"}"""));
        HttpServerRequest request = requests.getFirst();
        assertThat(request.uri()).isEqualTo("/v1/embeddings");
        assertThat(request.getHeader("authorization")).isEqualTo("Bearer " + ProviderParts.KEY);
        assertThat(request.getHeader("accept")).isEqualTo("application/json");
        assertThat(request.getHeader("content-type")).isEqualTo("application/json");
    }

    @Test
    void asks_for_the_configured_model_and_length() {
        answers.add(json("{\"data\":[{\"embedding\":[1,2,3]}]}"));
        Embedded result = join(embed(Map.of("model", "large", "dimensions", "3"), "text"));
        assertThat(asked.getFirst().path("model").asText()).isEqualTo("large");
        assertThat(asked.getFirst().path("dimensions").asInt()).isEqualTo(3);
        assertThat(result.cost()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ",\"usage\":{}", ",\"usage\":{\"prompt_tokens\":0,\"total_tokens\":-1}", ",\"usage\":null" })
    void tokens_that_the_provider_does_not_report_are_estimated(String usage) {
        answers.add(json("{\"data\":[{\"embedding\":[1,2,3]}]" + usage + "}"));
        Embedded result = join(embed(Map.of("price", "1000000"), "eight by"));
        assertThat(result.tokens()).isEqualTo(2);
        assertThat(result.estimated()).isTrue();
        assertThat(result.cost()).isEqualTo(new Cost(new BigDecimal("2"), "USD"));
    }

    @Test
    void many_texts_go_in_several_requests_and_come_back_as_one_result() {
        answers.addAll(List.of(vectors(64, 10), vectors(64, 20), vectors(2, 1)));
        List<String> texts = IntStream.range(0, 130).mapToObj(i -> "text " + i).toList();
        Embedded result = join(embed(Map.of("price", "1000000"), texts));
        assertThat(result.vectors()).hasSize(130);
        assertThat(result.vectors().get(129)).containsExactly(1, 1);
        assertThat(result.tokens()).isEqualTo(31);
        assertThat(result.cost()).isEqualTo(new Cost(new BigDecimal("31"), "USD"));
        assertThat(asked).extracting(request -> request.path("input").size()).containsExactly(64, 64, 2);
        assertThat(asked.get(1).path("input").path(0).asText()).isEqualTo("text 64");
    }

    @Test
    void long_texts_are_cut_so_that_they_are_never_refused_and_requests_stay_small() {
        answers.addAll(List.of(vectors(32, 1), vectors(8, 1)));
        join(embed(Map.of(), Collections.nCopies(40, "🙂".repeat(20_000))));
        assertThat(asked).extracting(request -> request.path("input").size()).containsExactly(32, 8);
        assertThat(asked.getFirst().path("input").path(0).asText()).isEqualTo("🙂".repeat(2_000));
    }

    @Test
    void what_may_pass_is_tried_once_more() {
        for (Consumer<HttpServerResponse> trouble : List.of(status(429, "retry-after-ms", "1"), status(500, "x", "y"),
                status(503, "x", "y"), json("{\"data\":[]}"), cut("{\"data\":[{\"embed"), HttpServerResponse::reset)) {
            answers.addAll(List.of(trouble, vectors(1, 1)));
            assertThat(join(embed(Map.of(), "text")).vectors()).hasSize(1);
        }
        assertThat(asked).hasSize(12);
    }

    @Test
    void it_is_tried_only_once_more() {
        answers.addAll(List.of(status(429, "x", "y"), status(429, "x", "y")));
        Failure failure = failure(embed(Map.of(), "text"));
        assertThat(failure.code()).isEqualTo(FailureCode.PROVIDER_RATE_LIMITED);
        assertThat(failure.retryable()).isTrue();
        assertThat(asked).hasSize(2);
    }

    @Test
    void what_does_not_pass_or_takes_too_long_is_not_tried_again() {
        answers.add(status(401, "x", "y"));
        assertThat(failure(embed(Map.of(), "text")).code()).isEqualTo(FailureCode.PROVIDER_AUTH);
        answers.add(status(404, "x", "y"));
        assertThat(failure(embed(Map.of(), "text")).code()).isEqualTo(FailureCode.PROVIDER_MODEL_NOT_FOUND);
        answers.add(status(429, "retry-after", "20"));
        assertThat(failure(embed(Map.of(), "text")).retryAfter()).hasSeconds(20);
        assertThat(asked).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = { "not json", "[1]", "{}", "{\"data\":{}}", "{\"data\":[{\"index\":0,\"embedding\":[1,2]}]}",
            "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":0,\"embedding\":[1,2]}]}",
            "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":2,\"embedding\":[1,2]}]}",
            "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":-1,\"embedding\":[1,2]}]}",
            "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1]}]}",
            "{\"data\":[{\"index\":0,\"embedding\":[]},{\"index\":1,\"embedding\":[]}]}",
            "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,\"2\"]}]}",
            "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":[1,1e999]}]}",
            "{\"data\":[{\"index\":0,\"embedding\":[1,2]},{\"index\":1,\"embedding\":\"AAAA\"}]}" })
    void an_answer_that_is_not_one_vector_for_each_text_is_none(String body) {
        answers.addAll(List.of(json(body), json(body)));
        assertThat(failure(embed(Map.of(), "first", "second")).code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @Test
    void vectors_of_another_length_than_configured_or_than_there_is_are_none() {
        answers.addAll(List.of(vectors(1, 1), vectors(1, 1)));
        assertThat(failure(embed(Map.of("dimensions", "3"), "text")).code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
        String tooLong = "{\"data\":[{\"embedding\":[" + "1,".repeat(4096) + "1]}]}";
        answers.addAll(List.of(json(tooLong), json(tooLong)));
        assertThat(failure(embed(Map.of(), "text")).code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
    }

    @Test
    void half_an_answer_is_none() {
        String half = "{\"data\":[{\"index\":0,\"embedding\":[1,";
        answers.addAll(List.of(cut(half), cut(half)));
        assertThat(failure(embed(Map.of(), "text")).code()).isEqualTo(FailureCode.PROVIDER_TRUNCATED);
    }

    @Test
    void an_event_stream_is_not_this_api() {
        answers.add(response -> response.putHeader("content-type", "text/event-stream").end("data: {\"data\":[]}\n\n"));
        assertThat(failure(embed(Map.of(), "text")).code()).isEqualTo(FailureCode.PROVIDER_PROTOCOL);
        assertThat(asked).hasSize(1);
    }

    @Test
    void a_server_that_does_not_answer_is_late() {
        answers.add(_ -> {
        });
        assertThat(failure(embed(Map.of("timeout", "PT0.3S"), "text")).code()).isEqualTo(FailureCode.PROVIDER_TIMEOUT);
    }

    @Test
    void only_so_many_requests_run_at_one_time() {
        Embeddings embeddings = embeddings(Map.of("timeout", "PT20S"));
        List<HttpServerResponse> held = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Embedded>> running = IntStream.range(0, OpenAiEmbeddings.MOST_REQUESTS).mapToObj(_ -> {
            answers.add(held::add);
            return embeddings.embed(List.of("text"), Purpose.PASSAGE).subscribeAsCompletionStage();
        }).toList();
        assertThat(failure(embeddings.embed(List.of("text"), Purpose.QUERY).subscribeAsCompletionStage()).code())
                .isEqualTo(FailureCode.OVERLOADED);
        Awaitility.await().until(() -> held.size() == running.size());
        held.forEach(vectors(1, 1));
        running.forEach(OpenAiEmbeddingsTest::join);
        answers.add(vectors(1, 1));
        assertThat(join(embeddings.embed(List.of("text"), Purpose.QUERY).subscribeAsCompletionStage()).vectors()).hasSize(1);
    }

    private static Consumer<HttpServerResponse> json(String body) {
        return response -> response.putHeader("content-type", "application/json").end(body);
    }

    private static Consumer<HttpServerResponse> vectors(int count, int tokens) {
        return json(IntStream.range(0, count).mapToObj(i -> "{\"index\":" + i + ",\"embedding\":[" + i + ",1]}")
                .collect(Collectors.joining(",", "{\"data\":[", "],\"usage\":{\"prompt_tokens\":" + tokens + "}}")));
    }

    private static Consumer<HttpServerResponse> status(int status, String header, String value) {
        return response -> response.setStatusCode(status).putHeader(header, value).end("{\"error\":{\"message\":\"no\"}}");
    }

    private static Consumer<HttpServerResponse> cut(String half) {
        return response -> response.putHeader("content-type", "application/json").putHeader("content-length", "1000")
                .write(half).onComplete(_ -> response.reset());
    }

    private CompletableFuture<Embedded> embed(Map<String, String> values, String... texts) {
        return embed(values, List.of(texts));
    }

    private CompletableFuture<Embedded> embed(Map<String, String> values, List<String> texts) {
        return embeddings(values).embed(texts, Purpose.PASSAGE).subscribeAsCompletionStage();
    }

    private Embeddings embeddings(Map<String, String> values) {
        Map<String, String> keys = new HashMap<>(Map.of("parley.embeddings.provider", "hosted"));
        values.forEach((key, value) -> keys.put("parley.embeddings." + key, value));
        Map<String, String> provider = Map.of("parley.providers.hosted.protocol", "openai",
                "parley.providers.hosted.base-url", "http://127.0.0.1:" + server.actualPort() + "/v1",
                "parley.providers.hosted.api-key", ProviderParts.KEY);
        return new OpenAiEmbeddingProvider(parts.jsonCalls).embeddings(Configs.of(EmbeddingsConfig.class, keys),
                new Endpoints(Configs.of(ProvidersConfig.class, provider).byName(), () -> URI.create("http://localhost")));
    }

    @CanIgnoreReturnValue
    private static <T> T join(CompletableFuture<T> result) {
        return result.orTimeout(1, TimeUnit.MINUTES).join();
    }

    private static Failure failure(CompletableFuture<?> result) {
        try {
            throw new AssertionError("no failure but " + join(result));
        } catch (CompletionException e) {
            return (Failure) e.getCause();
        }
    }
}
