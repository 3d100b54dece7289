package io.parley.provider.openai;

import io.parley.conversation.ReplyEvent;
import io.parley.provider.ChatCall;
import io.parley.provider.ChatProvider;
import io.parley.provider.Endpoint;
import io.parley.provider.ProviderHttp;
import io.parley.provider.ProviderRequest;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** OpenAI's Chat Completions, and every server that speaks them: {@code POST /chat/completions}. */
@Singleton
public final class OpenAiChatProvider implements ChatProvider {
    /** The name of this protocol. */
    public static final String PROTOCOL = "openai";

    private final ProviderHttp http;

    /** Calls over this client. */
    public OpenAiChatProvider(ProviderHttp http) {
        this.http = http;
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public Set<String> quirks() {
        return OpenAiQuirks.NAMES;
    }

    @Override
    public Multi<ReplyEvent> stream(Endpoint endpoint, ChatCall call) {
        return http.post(call, () -> request(endpoint, call), OpenAiReader::new);
    }

    private static ProviderRequest request(Endpoint endpoint, ChatCall call) {
        OpenAiQuirks quirks = OpenAiQuirks.of(endpoint);
        return new ProviderRequest(url(endpoint, quirks), headers(endpoint, quirks), new OpenAiRequest(quirks, call).render());
    }

    private static URI url(Endpoint endpoint, OpenAiQuirks quirks) {
        String base = endpoint.baseUrl().toString();
        String path = (base.endsWith("/") ? base : base + "/") + "chat/completions";
        String version = quirks.apiVersion();
        return URI.create(version == null ? path
                : path + "?api-version=" + URLEncoder.encode(version, StandardCharsets.UTF_8));
    }

    private static Map<String, String> headers(Endpoint endpoint, OpenAiQuirks quirks) {
        return endpoint.apiKey()
                .map(key -> quirks.bearer() ? Map.of("authorization", "Bearer " + key) : Map.of("api-key", key))
                .orElse(Map.of());
    }
}
