package io.parley.provider.openai;

import io.parley.provider.CatalogueException;
import io.parley.provider.EmbeddingProvider;
import io.parley.provider.Embeddings;
import io.parley.provider.EmbeddingsConfig;
import io.parley.provider.Endpoints;
import io.parley.provider.JsonCalls;
import jakarta.inject.Singleton;

/** OpenAI's embeddings, and those of every server that speaks them: {@code POST /embeddings}. */
@Singleton
public final class OpenAiEmbeddingProvider implements EmbeddingProvider {
    private final JsonCalls calls;

    /** Calls over this client. */
    public OpenAiEmbeddingProvider(JsonCalls calls) {
        this.calls = calls;
    }

    @Override
    public String protocol() {
        return OpenAiChatProvider.PROTOCOL;
    }

    @Override
    public Embeddings embeddings(EmbeddingsConfig config, Endpoints endpoints) {
        config.price().filter(price -> price.signum() < 0).ifPresent(price -> {
            throw new CatalogueException("parley.embeddings.price: must not be less than 0, but is " + price);
        });
        config.dimensions().ifPresent(dimensions -> {
            if (dimensions < 1 || dimensions > Embeddings.MOST_DIMENSIONS) {
                throw new CatalogueException("parley.embeddings.dimensions: must be from 1 to " + Embeddings.MOST_DIMENSIONS
                        + ", but is " + dimensions);
            }
        });
        return new OpenAiEmbeddings(config, endpoints, calls);
    }
}
