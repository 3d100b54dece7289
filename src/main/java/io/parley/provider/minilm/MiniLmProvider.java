package io.parley.provider.minilm;

import io.parley.provider.CatalogueException;
import io.parley.provider.EmbeddingProvider;
import io.parley.provider.Embeddings;
import io.parley.provider.EmbeddingsConfig;
import io.parley.provider.Endpoints;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** The model that comes with Parley and needs no provider: it is loaded when it is first used. */
@Singleton
public final class MiniLmProvider implements EmbeddingProvider {
    private final InProcessEmbeddings embeddings;

    /** Nothing is loaded yet. */
    public MiniLmProvider(InstantSource clock) {
        this.embeddings = new InProcessEmbeddings(MiniLm.NAME, MiniLm::load, clock);
    }

    @Override
    public String protocol() {
        return EmbeddingsConfig.IN_PROCESS;
    }

    @Override
    public Embeddings embeddings(EmbeddingsConfig config, Endpoints endpoints) {
        if (!config.model().orElse(MiniLm.NAME).equals(MiniLm.NAME)) {
            throw new CatalogueException("parley.embeddings.model: the model in this process is " + MiniLm.NAME
                    + "; to use another model, set parley.embeddings.provider");
        }
        if (config.dimensions().orElse(MiniLm.DIMENSIONS) != MiniLm.DIMENSIONS) {
            throw new CatalogueException(
                    "parley.embeddings.dimensions: must be " + MiniLm.DIMENSIONS + " for the model in this process");
        }
        if (config.price().isPresent()) {
            throw new CatalogueException(
                    "parley.embeddings.price: must not be set for the model in this process, which costs nothing");
        }
        return embeddings;
    }

    @PreDestroy
    void stop() {
        embeddings.close();
    }
}
