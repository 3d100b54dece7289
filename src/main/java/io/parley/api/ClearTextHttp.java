package io.parley.api;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Allows HTTP/2 only over TLS. A proxy that passes {@code Upgrade: h2c} on checks one request and then opens a tunnel. Through
 * the tunnel a client can send any header, even the header by which the proxy names the owner. RFC 9113 has removed that
 * upgrade.
 */
@Singleton
final class ClearTextHttp implements HttpServerOptionsCustomizer {

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
    }

    @Override
    public void customizeDomainSocketServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
    }
}
