package io.parley.provider;

import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.Map;

/**
 * One HTTP request to a provider. Never printed: its headers hold a secret.
 *
 * @param headers beside content type and length; an {@code accept} among them stands instead of that of an event stream
 * @param body JSON
 */
public record ProviderRequest(URI url, Map<String, String> headers, Buffer body) {
    public ProviderRequest { headers = Map.copyOf(headers); }

    @Override
    public String toString() {
        return "ProviderRequest[" + url + "]";
    }
}
