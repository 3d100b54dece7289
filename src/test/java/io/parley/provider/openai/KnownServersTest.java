package io.parley.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.conversation.Content;
import io.parley.conversation.Generation;
import io.parley.provider.Calls;
import io.parley.provider.ChatCall;
import io.parley.provider.Endpoint;
import io.parley.provider.ProviderParts;
import io.parley.provider.ProviderRequest;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The base URL alone is enough for a server that Parley knows by its host. */
class KnownServersTest {
    private static final ChatCall CALL = Calls.of("S", new Generation(9, null, null, null), Calls.user(new Content.Text("Hi")));
    private static final String PLAIN = "{\"model\":\"model-1\",\"messages\":[{\"role\":\"system\",\"content\":\"S\"},"
            + "{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":9,\"stream\":true";

    @ParameterizedTest
    @ValueSource(strings = { "https://api.deepseek.com/v1", "https://api.moonshot.ai/v1", "https://api.moonshot.cn/v1",
            "https://api.x.ai/v1", "https://api.groq.com/openai/v1", "https://openrouter.ai/api/v1",
            "https://api.together.xyz/v1", "http://localhost:11434/v1", "http://localhost:8000/v1", "http://localhost:8080/v1",
            "http://localhost:1234/v1", "https://my-own.example/v1", "https://openai.azure.com.example/v1" })
    void most_servers_get_what_all_of_them_understand(String url) {
        ProviderRequest request = request(url, Map.of());
        assertThat(request.url()).hasToString(url + "/chat/completions");
        assertThat(request.headers()).containsOnlyKeys("authorization");
        assertThat(request.body()).hasToString(PLAIN + ",\"stream_options\":{\"include_usage\":true}}");
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://api.mistral.ai/v1", "https://API.MISTRAL.AI/v1", "https://codestral.mistral.ai/v1" })
    void mistral_gets_no_field_that_it_refuses(String url) {
        assertThat(request(url, Map.of()).body()).hasToString(PLAIN + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://r.openai.azure.com/openai/v1", "https://r.services.ai.azure.com/openai/v1",
            "https://r.cognitiveservices.azure.com/openai/v1" })
    void azure_gets_its_key_in_its_own_header(String url) {
        ProviderRequest request = request(url, Map.of());
        assertThat(request.url()).hasToString(url + "/chat/completions");
        assertThat(request.headers()).containsOnly(Map.entry("api-key", ProviderParts.KEY));
        assertThat(request.body().toString()).contains("\"max_completion_tokens\":9").doesNotContain("max_tokens");
    }

    @Test
    void azures_older_api_gets_a_version() {
        String url = "https://r.openai.azure.com/openai/deployments/d";
        assertThat(request(url, Map.of()).url()).hasToString(url + "/chat/completions?api-version=2024-10-21");
        assertThat(request(url, Map.of(OpenAiQuirks.API_VERSION, "2026-10-01")).url())
                .as("what is configured wins").hasToString(url + "/chat/completions?api-version=2026-10-01");
    }

    @Test
    void a_configured_quirk_wins() {
        assertThat(request("https://api.mistral.ai/v1", Map.of(OpenAiQuirks.STREAM_USAGE, "true")).body().toString())
                .contains("include_usage");
        assertThat(request("https://r.openai.azure.com/openai/v1", Map.of(OpenAiQuirks.AUTH, "bearer")).headers())
                .containsOnlyKeys("authorization");
    }

    private static ProviderRequest request(String url, Map<String, String> configured) {
        Endpoint endpoint = ProviderParts.endpoint(OpenAiChatProvider.PROTOCOL, URI.create(url), configured);
        OpenAiQuirks quirks = OpenAiQuirks.of(endpoint);
        Buffer body = Buffer.buffer(OpenAiBody.of(endpoint, CALL));
        return quirks.request("chat/completions", body);
    }
}
