package io.parley.provider.openai;

import io.parley.provider.Endpoint;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The quirks of servers that Parley knows by their host, so that the base URL alone is enough. A configured quirk wins over a
 * known one. Groq, OpenRouter, Together and xAI need none of these quirks, nor do DeepSeek and Moonshot, whose reasoning {@link
 * OpenAiQuirks#resendReasoning} handles. Ollama, vLLM, llama.cpp and LM Studio have no host of their own and need none either.
 */
final class KnownServers {
    /** The first dated version that knows {@code max_completion_tokens}. */
    private static final String AZURE_COMPLETION_TOKENS = "2024-09";
    /** The newest version of Azure's older API that is not a preview. */
    private static final String AZURE_VERSION = "2024-10-21";
    private static final List<String> AZURE = List.of(".openai.azure.com", ".services.ai.azure.com",
            ".cognitiveservices.azure.com");
    /** Mistral refuses unknown fields, and reports its usage without being asked. */
    private static final Map<String, String> MISTRAL = Map.of(OpenAiQuirks.STREAM_USAGE, "false",
            OpenAiQuirks.MAX_TOKENS_FIELD, "max_tokens");

    private KnownServers() {
    }

    /** Returns the quirks of the server behind an endpoint; none if the server is unknown. */
    static Map<String, String> quirks(Endpoint endpoint) {
        String host = endpoint.baseUrl().getHost();
        String name = host == null ? "" : host.toLowerCase(Locale.ROOT);
        if (name.equals("api.mistral.ai") || name.endsWith(".mistral.ai")) {
            return MISTRAL;
        }
        return AZURE.stream().anyMatch(name::endsWith) ? azure(endpoint) : Map.of();
    }

    /**
     * Returns the quirks of Azure. Only the older API has versions; the newer one is below {@code /openai/v1}. Both read the
     * key from the header {@code api-key}.
     */
    private static Map<String, String> azure(Endpoint endpoint) {
        boolean dated = endpoint.baseUrl().getPath().contains("/deployments/");
        String version = endpoint.quirks().get(OpenAiQuirks.API_VERSION);
        if (dated && version != null && version.compareTo(AZURE_COMPLETION_TOKENS) < 0) {
            return Map.of(OpenAiQuirks.AUTH, "api-key");
        }
        return dated
                ? Map.of(OpenAiQuirks.AUTH, "api-key", OpenAiQuirks.MAX_TOKENS_FIELD, "max_completion_tokens",
                        OpenAiQuirks.API_VERSION, AZURE_VERSION)
                : Map.of(OpenAiQuirks.AUTH, "api-key", OpenAiQuirks.MAX_TOKENS_FIELD, "max_completion_tokens");
    }
}
