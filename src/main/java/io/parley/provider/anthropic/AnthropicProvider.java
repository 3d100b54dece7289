package io.parley.provider.anthropic;

import io.parley.provider.ChatCall;
import io.parley.provider.ChatProvider;
import io.parley.provider.Endpoint;
import io.parley.provider.HardPictureLimits;
import io.parley.provider.ProviderHttp;
import io.parley.provider.ProviderRequest;
import io.parley.provider.Rendering;
import io.parley.provider.ReplyListener;
import io.parley.provider.WireHistory;
import io.parley.provider.WireRules;
import io.parley.provider.WireRules.Reasoning;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Anthropic's Messages: {@code POST /v1/messages}. */
@Singleton
public final class AnthropicProvider implements ChatProvider {
    /** The name of this protocol. */
    public static final String PROTOCOL = "anthropic";
    /** {@code x-api-key} or {@code bearer}: the header that carries the key. */
    static final String AUTH = "auth";
    /** The value of the version header. */
    static final String VERSION = "version";
    private static final String DEFAULT_VERSION = "2023-06-01";

    private final ProviderHttp http;

    /** Calls over this client. */
    public AnthropicProvider(ProviderHttp http) {
        this.http = http;
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public Set<String> quirks() {
        return Set.of(AUTH, VERSION);
    }

    @Override
    public WireHistory arranged(Endpoint endpoint, ChatCall call) {
        return WireHistory.of(call.messages(), WireRules.of(endpoint, call, false, true, Reasoning.SIGNED));
    }

    @Override
    public Cancellable stream(Endpoint endpoint, ChatCall call, ReplyListener listener) {
        return http.post(call, new Rendering(() -> arranged(endpoint, call), HardPictureLimits.STRICTEST,
                history -> new ProviderRequest(url(endpoint), headers(endpoint),
                        new AnthropicRequest(call, history).render())),
                AnthropicReader::new, listener);
    }

    private static URI url(Endpoint endpoint) {
        String base = endpoint.baseUrl().toString();
        return URI.create((base.endsWith("/") ? base : base + "/") + "v1/messages");
    }

    private static Map<String, String> headers(Endpoint endpoint) {
        Map<String, String> headers = new HashMap<>();
        headers.put("anthropic-version", endpoint.quirks().getOrDefault(VERSION, DEFAULT_VERSION));
        boolean bearer = "bearer".equals(endpoint.quirks().get(AUTH));
        endpoint.apiKey().ifPresent(key -> headers.put(bearer ? "authorization" : "x-api-key",
                bearer ? "Bearer " + key : key));
        return headers;
    }
}
