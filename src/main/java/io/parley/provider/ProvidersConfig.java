package io.parley.provider;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The upstream APIs of this deployment, by name. */
@ConfigMapping(prefix = "parley.providers")
public interface ProvidersConfig {

    /** The providers, by the name that the model catalogue uses. */
    @WithParentName
    Map<String, Provider> byName();

    /** One upstream API. */
    interface Provider {

        /** The protocol of the provider: {@code openai} or {@code anthropic}. */
        String protocol();

        /** The URL to which the protocol's paths are appended. A URL that starts with a slash is on this server itself. */
        String baseUrl();

        /** The API key. It is never logged. */
        Optional<String> apiKey();

        /** Whether calls need an API key. By default only {@code api.openai.com} and {@code api.anthropic.com} need one. */
        Optional<Boolean> keyRequired();

        /** Whether the provider may be called. */
        @WithDefault("true")
        boolean enabled();

        /** Deviations from the protocol, by name. */
        Map<String, String> quirks();

        /** Models that the provider serves, in addition to the models in the catalogue's files. */
        Optional<List<String>> models();

        /** The context window of those models: tokens of input and output together. */
        @WithDefault("32768")
        int contextWindow();

        /** The most tokens of one reply of those models. */
        @WithDefault("4096")
        int outputLimit();

        /** The tokeniser that counts tokens for those models. */
        @WithDefault("o200k_base")
        String encoding();

        /**
         * Whether those models really use this tokeniser. If not, counts are corrected with the usage that the provider
         * reports.
         */
        @WithDefault("false")
        boolean exactTokens();

        /** What those models can do. */
        @WithDefault("tools,temperature,stop")
        Set<Ability> abilities();
    }
}
