package io.parley.provider;

import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One HTTP request to a provider. Never printed: its headers and its address may hold a secret.
 *
 * @param headers beside content type and length; an {@code accept} among them stands instead of that of an event stream
 * @param body JSON
 */
public record ProviderRequest(URI url, Map<String, String> headers, Buffer body) {
    /** A shorter value of the query is a switch or a version. */
    private static final int SHORTEST_KEY = 8;
    private static final String BEARER = "Bearer ";
    private static final List<String> SECRET_HEADERS = List.of("authorization", "x-api-key", "api-key", "x-goog-api-key");

    public ProviderRequest { headers = Map.copyOf(headers); }

    /** The values that must stay secret, of headers and of the address. A value of the address comes as written and decoded. */
    List<String> secrets() {
        Stream<String> inHeaders = SECRET_HEADERS.stream().flatMap(name -> Stream.ofNullable(headers.get(name)))
                .map(value -> value.startsWith(BEARER) ? value.substring(BEARER.length()) : value);
        return Stream.concat(inHeaders, inAddress()).distinct().toList();
    }

    private Stream<String> inAddress() {
        Stream<String> query = Stream.ofNullable(url.getRawQuery()).flatMap(all -> Stream.of(all.split("&")))
                .filter(parameter -> !parameter.startsWith("api-version="))
                .map(parameter -> parameter.substring(parameter.indexOf('=') + 1))
                .filter(value -> value.length() >= SHORTEST_KEY);
        return Stream.concat(Stream.ofNullable(url.getRawUserInfo()), query)
                .flatMap(value -> Stream.of(value, decoded(value)));
    }

    private static String decoded(String value) {
        try {
            // A plus sign stands for itself, because a key may hold one.
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return value;
        }
    }

    @Override
    public String toString() {
        return "ProviderRequest[" + url.getScheme() + "://" + url.getHost() + url.getPath() + "]";
    }
}
