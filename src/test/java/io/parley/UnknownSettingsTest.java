package io.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownSettingsTest {

    @ParameterizedTest
    @ValueSource(strings = { "parley.sse.heartbeat", "parley.providers.openai.api-key", "parley.providers.\"my.gpu\".base-url",
            "parley.providers.local.quirks.max-tokens", "parley.providers.local.models[0]", "parley.data-dir",
            "quarkus.http.port",
            "parleys", "parley" })
    void a_setting_is_no_surprise(String property) throws IOException {
        assertThat(warnings(List.of(property), List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "parley.sse.hartbeat", "parley.providers.openai.apikey", "parley.owner.header", "parley.typo",
            "parley.providers.my.gpu.base-url", "parley.sse.heartbeat.x", "parley.SSE.heartbeat" })
    void a_mistyped_property_is_named(String property) throws IOException {
        assertThat(warnings(List.of(property), List.of())).singleElement().asString().startsWith(property + " has no effect");
    }

    @ParameterizedTest
    @ValueSource(strings = { "PARLEY_SSE_HARTBEAT", "PARLEY_OWNERHEADER", "PARLEY_PROVIDERS_MY_GPU_BASE_URL",
            "PARLEY_PROVIDERS_OPENAI_APIKEY", "PARLEY_", "PARLEY_URL" })
    void a_variable_that_sets_nothing_is_named(String variable) throws IOException {
        assertThat(warnings(List.of("parley.sse.heartbeat", variable), List.of(variable))).singleElement().asString()
                .startsWith(variable + " has no effect");
    }

    @Test
    void a_variable_that_sets_something_is_no_surprise() throws IOException {
        assertThat(warnings(List.of("parley.sse.heartbeat", "parley.providers.\"my-gpu\".base-url", "parley.owner-header"),
                List.of("PARLEY_SSE_HEARTBEAT", "PARLEY_PROVIDERS__MY_GPU__BASE_URL", "PARLEY_OWNER_HEADER", "PATH",
                        "OPENAI_API_KEY", "PARLEY_SERVICE_HOST", "PARLEY_REDIS_PORT_6379_TCP_ADDR", "PARLEY_SERVICE_PORT_HTTP",
                        "PARLEY_PORT")))
                .isEmpty();
    }

    @Test
    void a_variable_is_named_once_though_it_is_a_property_too() throws IOException {
        assertThat(warnings(List.of("parley.providers.my.gpu.base.url"), List.of("PARLEY_PROVIDERS_MY_GPU_BASE_URL")))
                .singleElement().asString().startsWith("PARLEY_PROVIDERS_MY_GPU_BASE_URL").contains("__MY_GPU__");
    }

    private static Collection<String> warnings(List<String> properties, List<String> variables) throws IOException {
        return new UnknownSettings(Files.readString(Path.of("src/docs/configuration.md"))).warnings(properties, variables);
    }
}
