package io.parley.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.provider.Embeddings.Purpose;
import io.parley.provider.minilm.MiniLmProvider;
import io.parley.provider.openai.OpenAiEmbeddingProvider;
import io.parley.testing.Configs;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the configuration may say, and what it may not. */
class ChosenEmbeddingsTest {
    private final ProviderParts parts = ProviderParts.start(Map.of());

    @AfterEach
    void stop() {
        parts.close();
    }

    @Test
    void without_configuration_it_is_the_model_in_the_process_and_nothing_is_loaded() {
        Embeddings embeddings = embeddings(Map.of());
        assertThat(embeddings.space()).isEqualTo("all-minilm-l6-v2-q");
        assertThat(embeddings.isLocal()).isTrue();
        assertThat(embeddings.isReady()).isFalse();
        assertThat(embeddings(Map.of("model", "all-minilm-l6-v2-q", "dimensions", "384")).space())
                .isEqualTo("all-minilm-l6-v2-q");
    }

    @ParameterizedTest
    @CsvSource({ ",,hosted/text-embedding-3-small", "text-embedding-3-large,256,hosted/text-embedding-3-large/256",
            "nomic-embed-text:latest,,hosted/nomic-embed-text-latest-de76344aa30755b0" })
    void a_provider_and_a_model_name_the_space(String model, String dimensions, String space) {
        Map<String, String> values = new HashMap<>(Map.of("provider", "hosted"));
        if (model != null) {
            values.put("model", model);
        }
        if (dimensions != null) {
            values.put("dimensions", dimensions);
        }
        Embeddings embeddings = embeddings(values);
        assertThat(embeddings.space()).isEqualTo(space).matches(Embeddings.SPACE);
        assertThat(embeddings.isLocal()).isFalse();
        assertThat(embeddings.isReady()).isTrue();
        assertThat(embeddings(Map.of("provider", "hosted", "model", "ä".repeat(300))).space()).matches(Embeddings.SPACE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            provider=nobody                                     | provider: must be a configured provider, but is "nobody"
            provider=claude                                     | provider: the provider "claude" has the protocol "anthropic", which has no embeddings
            provider=off                                        | provider: the provider "off" is switched off or has no API key
            provider=keyless                                    | provider: the provider "keyless" is switched off or has no API key
            provider=hosted,dimensions=0                        | dimensions: must be from 1 to 4096, but is 0
            provider=hosted,dimensions=4097                     | dimensions: must be from 1 to 4096, but is 4097
            provider=hosted,price=-1                            | price: must not be less than 0, but is -1
            model=text-embedding-3-small                        | model: the model in this process is all-minilm-l6-v2-q; to use another model, set parley.embeddings.provider
            dimensions=256                                      | dimensions: must be 384 for the model in this process
            price=0.02                                          | price: must not be set for the model in this process, which costs nothing
            """)
    void what_makes_no_sense_is_refused_with_one_line(String configured, String line) {
        Map<String, String> values = new HashMap<>();
        for (String value : configured.split(",")) {
            values.put(value.split("=")[0], value.split("=")[1]);
        }
        assertThatThrownBy(() -> embeddings(values)).isInstanceOf(CatalogueException.class)
                .hasMessage("parley.embeddings." + line);
    }

    @Test
    void no_text_at_all_asks_nobody() {
        Embeddings embeddings = embeddings(Map.of());
        assertThat(join(embeddings.embed(List.of(), Purpose.QUERY))).isEqualTo(Embedded.NOTHING);
        assertThat(embeddings.isReady()).isFalse();
    }

    @Test
    void the_result_comes_on_the_context_of_who_asked() {
        Embeddings embeddings = embeddings(Map.of());
        CompletableFuture<Boolean> same = new CompletableFuture<>();
        parts.vertx.runOnContext(_ -> {
            Context asking = Vertx.currentContext();
            embeddings.embed(List.of("Hello"), Purpose.QUERY).subscribe()
                    .with(_ -> same.complete(Vertx.currentContext() == asking), same::completeExceptionally);
        });
        assertThat(same.orTimeout(1, TimeUnit.MINUTES).join()).isTrue();
        join(embeddings.warmUp());
        assertThat(embeddings.isReady()).isTrue();
    }

    @CanIgnoreReturnValue
    private static <T> T join(Uni<T> result) {
        return result.subscribeAsCompletionStage().orTimeout(1, TimeUnit.MINUTES).join();
    }

    private Embeddings embeddings(Map<String, String> values) {
        Map<String, String> keys = new HashMap<>();
        values.forEach((key, value) -> keys.put("parley.embeddings." + key, value));
        return new ChosenEmbeddings(
                List.of(new MiniLmProvider(ProviderParts.CLOCK), new OpenAiEmbeddingProvider(parts.jsonCalls)),
                Configs.of(EmbeddingsConfig.class, keys), endpoints(), parts.vertx);
    }

    private static Endpoints endpoints() {
        Map<String, String> providers = Map.of(
                "parley.providers.hosted.protocol", "openai", "parley.providers.hosted.base-url", "http://localhost:1/v1",
                "parley.providers.claude.protocol", "anthropic", "parley.providers.claude.base-url", "http://localhost:1",
                "parley.providers.keyless.protocol", "openai", "parley.providers.keyless.base-url", "https://api.openai.com/v1",
                "parley.providers.off.protocol", "openai", "parley.providers.off.base-url", "http://localhost:1/v1");
        Map<String, String> all = new HashMap<>(providers);
        all.put("parley.providers.off.enabled", "false");
        return new Endpoints(Configs.of(ProvidersConfig.class, all).byName(), () -> URI.create("http://localhost"));
    }
}
