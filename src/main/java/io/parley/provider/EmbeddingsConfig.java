package io.parley.provider;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The model that computes vectors of texts. If you change the model or the number of dimensions, stored vectors are no longer
 * used.
 */
@ConfigMapping(prefix = "parley.embeddings")
public interface EmbeddingsConfig {
    /** The name under which the model inside this process is chosen. */
    String IN_PROCESS = "in-process";

    /** {@code in-process}, or the name of a configured provider with the protocol {@code openai}. */
    @WithDefault(IN_PROCESS)
    String provider();

    /** The model. The default is the model in the process, or OpenAI's {@code text-embedding-3-small} at a provider. */
    Optional<String> model();

    /** The number of dimensions of the vectors, if the provider supports a choice. */
    OptionalInt dimensions();

    /** The price of a million tokens at the provider, in US dollars. */
    Optional<BigDecimal> price();

    /** The longest time of one request to the provider, with its repetition. */
    @WithDefault("PT10S")
    Duration timeout();
}
