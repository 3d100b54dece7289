package io.parley.provider.openai;

import io.parley.provider.Ability;
import io.parley.provider.CallForm;
import io.parley.provider.ChatCall;
import io.parley.provider.Endpoint;
import io.parley.provider.Model;
import io.parley.provider.ProviderRequest;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a server that speaks OpenAI's format deviates from it, as configured under {@code parley.providers.<name>.quirks}.
 * Other quirks follow from the host of the server if Parley knows it ({@link KnownServers}), and from whether it is OpenAI
 * itself. Other servers get only the fields that all of them understand.
 *
 * @param quirks the configured quirks and the known ones
 * @param official whether it is OpenAI itself
 * @param reasoningWanted whether the server refuses tool calls without the reasoning that led to them
 */
record OpenAiQuirks(Endpoint endpoint, Map<String, String> quirks, boolean official,
        boolean reasoningWanted) {
    /** {@code system} or {@code developer}. */
    static final String SYSTEM_ROLE = "system-role";
    /** {@code max_tokens} or {@code max_completion_tokens}. */
    static final String MAX_TOKENS_FIELD = "max-tokens-field";
    /** Whether usage is asked for in streams. */
    static final String STREAM_USAGE = "stream-usage";
    /** Whether {@code prompt_cache_key} is sent. */
    static final String PROMPT_CACHE_KEY = "prompt-cache-key";
    /** {@code bearer}, or {@code api-key} as Azure wants it. */
    static final String AUTH = "auth";
    /** Added to the URL, as Azure wants it. */
    static final String API_VERSION = "api-version";
    /** The field in which the server wants its reasoning back, e.g. {@code reasoning_content}. */
    static final String RESEND_REASONING = "resend-reasoning";
    /** The hosts that refuse tool calls without the reasoning that led to them. */
    private static final List<String> HOSTS_THAT_WANT_REASONING = List.of("deepseek.com", "moonshot.ai", "moonshot.cn",
            "xiaomimimo.com");
    /** All of them. */
    static final Set<String> NAMES = Set.of(SYSTEM_ROLE, MAX_TOKENS_FIELD, STREAM_USAGE, PROMPT_CACHE_KEY, AUTH, API_VERSION,
            RESEND_REASONING);

    static OpenAiQuirks of(Endpoint endpoint) {
        Map<String, String> quirks = new HashMap<>(KnownServers.quirks(endpoint));
        quirks.putAll(endpoint.quirks());
        return new OpenAiQuirks(endpoint, Map.copyOf(quirks), "api.openai.com".equals(endpoint.baseUrl().getHost()),
                isReasoningWanted(endpoint));
    }

    /** Returns the quirks for a call, whose server may have asked for the reasoning. */
    static OpenAiQuirks of(Endpoint endpoint, ChatCall call) {
        OpenAiQuirks known = of(endpoint);
        return new OpenAiQuirks(endpoint, known.quirks, known.official,
                known.reasoningWanted || call.form() == CallForm.WITH_REASONING);
    }

    String systemRole(Model model) {
        return quirk(SYSTEM_ROLE, official && model.can(Ability.REASONING) ? "developer" : "system");
    }

    String maxTokensField() {
        return quirk(MAX_TOKENS_FIELD, official ? "max_completion_tokens" : "max_tokens");
    }

    boolean streamUsage() {
        return Boolean.parseBoolean(quirk(STREAM_USAGE, "true"));
    }

    boolean promptCacheKey() {
        return Boolean.parseBoolean(quirk(PROMPT_CACHE_KEY, Boolean.toString(official)));
    }

    /** A request to the path below the base URL, with the key as the server wants it. */
    ProviderRequest request(String path, Buffer body) {
        return new ProviderRequest(url(path), headers(), body);
    }

    private URI url(String path) {
        String base = endpoint.baseUrl().toString();
        String whole = (base.endsWith("/") ? base : base + "/") + path;
        String version = quirks.get(API_VERSION);
        return URI.create(version == null ? whole
                : whole + "?api-version=" + URLEncoder.encode(version, StandardCharsets.UTF_8));
    }

    private Map<String, String> headers() {
        boolean bearer = !"api-key".equals(quirks.get(AUTH));
        return endpoint.apiKey()
                .map(key -> bearer ? Map.of("authorization", "Bearer " + key) : Map.of("api-key", key))
                .orElse(Map.of());
    }

    /** Returns the field for the model's reasoning; null if Parley does not send the reasoning back. */
    @Nullable
    String resendReasoning() {
        String configured = endpoint.quirks().get(RESEND_REASONING);
        return configured == null && reasoningWanted ? "reasoning_content" : configured;
    }

    /** Returns whether only reasoning beside tool calls is sent back, because the servers above require no other reasoning. */
    boolean onlyBesideCalls() {
        return !endpoint.quirks().containsKey(RESEND_REASONING);
    }

    private static boolean isReasoningWanted(Endpoint endpoint) {
        String host = endpoint.baseUrl().getHost();
        return host != null
                && HOSTS_THAT_WANT_REASONING.stream().anyMatch(name -> host.equals(name) || host.endsWith("." + name));
    }

    private String quirk(String name, String otherwise) {
        return quirks.getOrDefault(name, otherwise);
    }

    @Override
    public String toString() {
        return "OpenAiQuirks[" + endpoint + "]";
    }
}
