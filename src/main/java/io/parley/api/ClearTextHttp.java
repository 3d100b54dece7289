package io.parley.api;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Speaks HTTP/2 over TLS only. A proxy that passes {@code Upgrade: h2c} on sees one request and then a tunnel: in the tunnel a
 * client can send any header, also the header by which the proxy names the owner. RFC 9113 has removed that upgrade.
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
