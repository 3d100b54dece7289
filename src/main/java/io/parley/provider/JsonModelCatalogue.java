package io.parley.provider;

import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The models of {@code models.json}, of the file that {@code parley.models.file} names, and of
 * {@code parley.providers.<name>.models}. Read at start: a mistake in them stops Parley there, not in a turn.
 */
@Startup
@Singleton
public final class JsonModelCatalogue implements ModelCatalogue {
    private static final Logger LOG = Logger.getLogger(JsonModelCatalogue.class);
    private static final Map<String, String> ORIGINAL_HOSTS = Map.of("openai", "api.openai.com", "anthropic",
            "api.anthropic.com");
    private final Map<String, Model> models = new LinkedHashMap<>();
    private final Endpoints endpoints;
    private final Model defaultModel;

    /** @throws CatalogueException if a model is described wrongly or the default one does not exist */
    @Inject
    public JsonModelCatalogue(ModelsConfig config, Endpoints endpoints) {
        this(ModelFiles.read(config.file()), config.defaultModel(), endpoints);
        if (config.file().isEmpty()) {
            endpoints.configured().forEach(JsonModelCatalogue::warnOfOtherServer);
        }
    }

    private JsonModelCatalogue(List<Model> fromFiles, Optional<String> chosen, Endpoints endpoints) {
        this.endpoints = endpoints;
        endpoints.configured().forEach(this::addConfigured);
        fromFiles.forEach(model -> models.putIfAbsent(model.name(), model));
        models.values().forEach(this::check);
        this.defaultModel = chosen.map(this::chosen).orElseGet(this::firstThatCanBeCalled);
    }

    private void addConfigured(String provider, ProvidersConfig.Provider config) {
        config.models().orElse(List.of()).forEach(name -> models.put(name, new Model(name, provider, name,
                config.encoding(), config.contextWindow(), config.outputLimit(), null, null, 0, config.abilities(),
                new Counting(config.exactTokens(), Counting.ESTIMATED.images()))));
    }

    private void check(Model model) {
        Set<String> known = endpoints.configured().keySet();
        if (!known.contains(model.provider())) {
            throw new CatalogueException("model \"" + model.name() + "\": provider: must be a configured provider, but is \""
                    + model.provider() + "\"; the configured providers are " + String.join(", ", known));
        }
    }

    private Model chosen(String name) {
        return find(name).orElseThrow(
                () -> new CatalogueException("parley.models.default: there is no model \"" + name + "\""));
    }

    private Model firstThatCanBeCalled() {
        return models.values().stream().filter(this::isConfigured).findFirst().orElseGet(this::firstThatIsNamed);
    }

    /** Returns the first model even if Parley can call none, because clients can still read conversations. */
    private Model firstThatIsNamed() {
        LOG.warn(Endpoints.NO_MODEL);
        return models.values().stream().findFirst()
                .orElseThrow(() -> new CatalogueException("parley.models.file: no model is left"));
    }

    /** Warns if a base URL names another server, because a compatible server rarely has the models of the original one. */
    private static void warnOfOtherServer(String provider, ProvidersConfig.Provider config) {
        String host = ORIGINAL_HOSTS.get(provider);
        if (host != null && config.enabled() && config.models().isEmpty()
                && !host.equals(URI.create(config.baseUrl()).getHost())) {
            LOG.warnf("parley.providers.%1$s.base-url names another server than %2$s, which may not know the models of %2$s. "
                    + "Name its own models in parley.providers.%1$s.models (PARLEY_PROVIDERS_%3$s_MODELS).", provider, host,
                    provider.toUpperCase(Locale.ROOT));
        }
    }

    @Override
    public List<Model> all() {
        return List.copyOf(models.values());
    }

    @Override
    public Optional<Model> find(String name) {
        return Optional.ofNullable(models.get(name));
    }

    @Override
    public Model defaultModel() {
        return defaultModel;
    }

    @Override
    public boolean isConfigured(Model model) {
        return endpoints.isConfigured(model.provider());
    }
}
