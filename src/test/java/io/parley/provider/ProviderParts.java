package io.parley.provider;

import io.parley.provider.anthropic.AnthropicProvider;
import io.parley.provider.openai.OpenAiChatProvider;
import io.parley.testing.Configs;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The real parts of this package, put together without the application. */
public final class ProviderParts implements AutoCloseable {
    public static final String KEY = "sk-very-secret";
    public static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T10:00:00Z"));

    /**
     * Reports an event loop that is blocked. A busy machine stops one for seconds too, so the limit is longer than the default.
     */
    public final Vertx vertx = Vertx.vertx(new VertxOptions().setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS)
            .setMaxEventLoopExecuteTime(30));
    public final UpstreamConfig config;
    public final List<ChatProvider> providers;
    public final JsonCalls jsonCalls;
    private final ProviderHttp http;

    private ProviderParts(Map<String, String> values) {
        config = Configs.of(UpstreamConfig.class, values);
        http = new ProviderHttp(vertx, config, Configs.of(ReplyLimit.class, values), CLOCK, new Pictures());
        jsonCalls = new JsonCalls(http, config);
        providers = List.of(new OpenAiChatProvider(http), new AnthropicProvider(http));
    }

    /** With these values where they differ from the defaults. */
    public static ProviderParts start(Map<String, String> values) {
        return new ProviderParts(values);
    }

    public ReplySource stream(String protocol, URI baseUrl, ChatCall call) {
        return stream(endpoint(protocol, baseUrl, Map.of()), call);
    }

    public ReplySource stream(Endpoint endpoint, ChatCall call) {
        ChatProvider spoken = providers.stream().filter(provider -> provider.protocol().equals(endpoint.protocol()))
                .findFirst().orElseThrow();
        return listener -> spoken.stream(endpoint, call, listener);
    }

    public static Endpoint endpoint(String protocol, URI baseUrl, Map<String, String> quirks) {
        return new Endpoint(protocol, protocol, baseUrl, Optional.of(KEY), quirks);
    }

    @Override
    public void close() {
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
