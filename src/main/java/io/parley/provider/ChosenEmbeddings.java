package io.parley.provider;

import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Supplier;

/** The embedding model that the configuration names. What is named wrongly is told at start, not at the first use. */
@Startup
@Singleton
public final class ChosenEmbeddings implements Embeddings {
    private final Embeddings chosen;
    private final Vertx vertx;

    /** @throws CatalogueException if there is no such model */
    public ChosenEmbeddings(@All List<EmbeddingProvider> providers, EmbeddingsConfig config, Endpoints endpoints,
            Vertx vertx) {
        this.chosen = provider(providers, config.provider(), endpoints).embeddings(config, endpoints);
        this.vertx = vertx;
    }

    private static EmbeddingProvider provider(List<EmbeddingProvider> providers, String name, Endpoints endpoints) {
        if (name.equals(EmbeddingsConfig.IN_PROCESS)) {
            return find(providers, name, "");
        }
        ProvidersConfig.Provider configured = endpoints.configured().get(name);
        if (configured == null) {
            throw wrong("must be a configured provider, but is \"" + name + "\"");
        }
        if (!endpoints.isConfigured(name)) {
            throw wrong("the provider \"" + name + "\" is switched off or has no API key");
        }
        return find(providers, configured.protocol(), name);
    }

    private static EmbeddingProvider find(List<EmbeddingProvider> providers, String protocol, String name) {
        return providers.stream().filter(provider -> provider.protocol().equals(protocol)).findFirst()
                .orElseThrow(() -> wrong("the provider \"" + name + "\" has the protocol \"" + protocol
                        + "\", which has no embeddings"));
    }

    private static CatalogueException wrong(String rule) {
        return new CatalogueException("parley.embeddings.provider: " + rule);
    }

    @Override
    public String space() {
        return chosen.space();
    }

    @Override
    public boolean isLocal() {
        return chosen.isLocal();
    }

    @Override
    public boolean isReady() {
        return chosen.isReady();
    }

    @Override
    public Uni<Void> warmUp() {
        return onContext(chosen::warmUp);
    }

    @Override
    public Uni<Embedded> embed(List<String> texts, Purpose purpose) {
        List<String> fixed = List.copyOf(texts);
        return fixed.isEmpty() ? Uni.createFrom().item(Embedded.NOTHING) : onContext(() -> chosen.embed(fixed, purpose));
    }

    private <T> Uni<T> onContext(Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            Context context = vertx.getOrCreateContext();
            return work.get().emitOn(command -> context.runOnContext(_ -> command.run()));
        });
    }
}
