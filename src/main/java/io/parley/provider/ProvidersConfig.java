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

    /** Each provider by the name that the model catalogue calls it. */
    @WithParentName
    Map<String, Provider> byName();

    /** One upstream API. */
    interface Provider {

        /** How it is spoken to: {@code openai} or {@code anthropic}. */
        String protocol();

        /** What the protocol's paths are appended to; one that starts with a slash is on this server itself. */
        String baseUrl();

        /** The key; never logged. */
        Optional<String> apiKey();

        /** Whether a call without key is pointless; by default only at {@code api.openai.com} and {@code api.anthropic.com}. */
        Optional<Boolean> keyRequired();

        /** Whether it may be called at all. */
        @WithDefault("true")
        boolean enabled();

        /** Deviations from the protocol, by name. */
        Map<String, String> quirks();

        /** Names of models that it serves and that the catalogue's files need not know. */
        Optional<List<String>> models();

        /** Tokens of input and output together of those models. */
        @WithDefault("32768")
        int contextWindow();

        /** Most tokens of one reply of those models. */
        @WithDefault("4096")
        int outputLimit();

        /** The tokeniser that counts for those models. */
        @WithDefault("o200k_base")
        String encoding();

        /** Whether that tokeniser is those models' own; if not, counts are corrected by what the provider reports. */
        @WithDefault("false")
        boolean exactTokens();

        /** What those models can do. */
        @WithDefault("tools,temperature,stop")
        Set<Ability> abilities();
    }
}
