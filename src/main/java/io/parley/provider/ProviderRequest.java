package io.parley.provider;

import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One HTTP request to a provider. Never printed: its headers hold a secret.
 *
 * @param headers beside content type and length; an {@code accept} among them stands instead of that of an event stream
 * @param body JSON
 */
public record ProviderRequest(URI url, Map<String, String> headers, Buffer body) {
    private static final String BEARER = "Bearer ";
    private static final List<String> SECRET_HEADERS = List.of("authorization", "x-api-key", "api-key", "x-goog-api-key");

    public ProviderRequest { headers = Map.copyOf(headers); }

    /** The values that must stay secret. */
    List<String> secrets() {
        return SECRET_HEADERS.stream().flatMap(name -> Stream.ofNullable(headers.get(name)))
                .map(value -> value.startsWith(BEARER) ? value.substring(BEARER.length()) : value).toList();
    }

    @Override
    public String toString() {
        return "ProviderRequest[" + url + "]";
    }
}
