package io.parley.provider;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Which model makes vectors of texts. A model or length other than before makes all stored vectors useless. */
@ConfigMapping(prefix = "parley.embeddings")
public interface EmbeddingsConfig {
    /** The name under which the model inside this process is chosen. */
    String IN_PROCESS = "in-process";

    /** {@code in-process}, or the name of a configured provider with the protocol {@code openai}. */
    @WithDefault(IN_PROCESS)
    String provider();

    /** The model; by default the one in the process, else OpenAI's {@code text-embedding-3-small}. */
    Optional<String> model();

    /** How long the vectors shall be, where the provider lets one choose. */
    OptionalInt dimensions();

    /** What a million tokens cost at the provider, in US dollars. */
    Optional<BigDecimal> price();

    /** Longest time of one request to the provider, its repetition included. */
    @WithDefault("PT10S")
    Duration timeout();
}
