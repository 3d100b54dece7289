package io.parley.provider;

import io.parley.provider.ProvidersConfig.Provider;
import io.quarkus.vertx.http.HttpServer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The configured upstream APIs. */
@Singleton
public final class Endpoints {
    /** The error where no API can be called. */
    static final String NO_MODEL = "No model is configured. The operator must give Parley the key of a provider, such as "
            + "OPENAI_API_KEY, or the base URL of a server that needs none.";
    private static final List<String> HOSTS_THAT_WANT_A_KEY = List.of("api.openai.com", "api.anthropic.com");

    private final Map<String, Provider> configured;
    private final Supplier<URI> ownAddress;

    /**
     * Those of the configuration; a base URL on this server itself follows the port it really has.
     *
     * @param configuredPort where it listens as far as is known before it does
     */
    @Inject
    public Endpoints(ProvidersConfig config, HttpServer server,
            @ConfigProperty(name = "quarkus.http.port") int configuredPort) {
        this(config.byName(), () -> address(server, configuredPort));
    }

    /**
     * Those given.
     *
     * @param ownAddress where this server listens; asked only when it is called, as the port may not be known earlier
     */
    public Endpoints(Map<String, Provider> configured, Supplier<URI> ownAddress) {
        this.configured = new TreeMap<>(configured);
        this.ownAddress = ownAddress;
        this.configured.forEach(Endpoints::check);
    }

    /** After a live reload the server, which went on listening, does not know its address any more. */
    private static URI address(HttpServer server, int configuredPort) {
        return server.getPort() > 0 ? server.getLocalBaseUri() : URI.create("http://localhost:" + configuredPort);
    }

    /** What is configured for each, in the order of their names. */
    Map<String, Provider> configured() {
        return configured;
    }

    /** The API of this name, unless it is switched off. */
    public Optional<Endpoint> find(String name) {
        return enabled(name).map(provider -> new Endpoint(name, provider.protocol(), resolve(provider.baseUrl()),
                key(provider), provider.quirks()));
    }

    /** Whether an API of this name is there and has what it needs to be called. */
    public boolean isConfigured(String name) {
        return enabled(name).map(provider -> key(provider).isPresent() || !wantsKey(provider)).orElse(false);
    }

    /** Returns whether at least one API has everything that a call needs. */
    boolean hasAny() {
        return configured.keySet().stream().anyMatch(this::isConfigured);
    }

    private Optional<Provider> enabled(String name) {
        return Optional.ofNullable(configured.get(name)).filter(Provider::enabled);
    }

    private static Optional<String> key(Provider provider) {
        return provider.apiKey().map(String::strip).filter(key -> !key.isEmpty());
    }

    private static boolean wantsKey(Provider provider) {
        return provider.keyRequired().orElseGet(
                () -> HOSTS_THAT_WANT_A_KEY.contains(String.valueOf(URI.create(provider.baseUrl()).getHost())));
    }

    private URI resolve(String baseUrl) {
        return isOwn(baseUrl) ? ownAddress.get().resolve(baseUrl) : URI.create(baseUrl);
    }

    private static boolean isOwn(String baseUrl) {
        return baseUrl.startsWith("/");
    }

    private static void check(String name, Provider provider) {
        if (!isOwn(provider.baseUrl()) && !isHttp(provider.baseUrl())) {
            throw new CatalogueException("parley.providers." + name
                    + ".base-url: must be an http or https URL, or a path on this server");
        }
        if (key(provider).stream().flatMapToInt(String::chars).anyMatch(c -> c <= ' ' || c > '~')) {
            throw new CatalogueException("parley.providers." + name + ".api-key: must be visible ASCII characters");
        }
    }

    private static boolean isHttp(String baseUrl) {
        try {
            URI url = new URI(baseUrl);
            return url.getHost() != null && List.of("http", "https").contains(url.getScheme()) && url.getUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
