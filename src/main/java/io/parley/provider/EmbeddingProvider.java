package io.parley.provider;

/**
 * One way to get vectors: a model in this process, or one provider's HTTP API. An implementation is one class of a provider's
 * package; CDI finds it.
 */
public interface EmbeddingProvider {

    /**
     * What it is chosen by: {@link EmbeddingsConfig#IN_PROCESS}, or the protocol of the configured provider, e.g.
     * {@code openai}.
     */
    String protocol();

    /**
     * The model that is configured. Neither loads nor calls anything.
     *
     * @param endpoints where {@link EmbeddingsConfig#provider()} is
     * @throws CatalogueException if the configuration makes no sense for it
     */
    Embeddings embeddings(EmbeddingsConfig config, Endpoints endpoints);
}
