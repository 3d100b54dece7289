package io.parley.provider;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * A configured upstream API. Never printed: it holds a secret.
 *
 * @param name as configured, e.g. {@code openai}
 * @param protocol how it is spoken to, see {@link ChatProvider#protocol()}
 * @param baseUrl what the protocol's paths are appended to, e.g. {@code https://api.openai.com/v1}
 * @param apiKey sent as the protocol wants it; empty for servers that need none
 * @param quirks deviations of a compatible server, by name
 */
public record Endpoint(String name, String protocol, URI baseUrl, Optional<String> apiKey, Map<String, String> quirks) {
    public Endpoint { quirks = Map.copyOf(quirks); }

    @Override
    public String toString() {
        return "Endpoint[" + name + ", " + protocol + ", " + baseUrl + "]";
    }
}
