package io.parley.provider;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.TrustOptions;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Posts calls to providers and reads their answers, on kept connections: HTTP/2 where TLS offers it, else HTTP/1.1.
 * Redirects are not followed and nothing is decompressed: neither is part of these APIs, and both can be turned against us.
 */
@Singleton
public final class ProviderHttp {
    private static final Cancellable NOTHING = () -> {
    };
    private static final int HTTP2_WINDOW = 16 * 1024 * 1024;

    private final Vertx vertx;
    private final LoopClients plain;
    private final LoopClients secure;
    private final UpstreamConfig config;
    private final ReplyLimit limit;
    private final InstantSource clock;
    private final Pictures pictures;

    /** A client without connections. */
    @Inject
    public ProviderHttp(Vertx vertx, UpstreamConfig config, ReplyLimit limit, InstantSource clock, Pictures pictures) {
        this(vertx, config, limit, clock, pictures, null);
    }

    /** As above; {@code trusted} vouches for servers instead of the certificates that the JVM trusts. */
    ProviderHttp(Vertx vertx, UpstreamConfig config, ReplyLimit limit, InstantSource clock, Pictures pictures,
            @Nullable TrustOptions trusted) {
        this.vertx = vertx;
        this.pictures = pictures;
        this.config = config;
        this.limit = limit;
        this.clock = clock;
        PoolOptions pool = new PoolOptions()
                .setHttp1MaxSize(config.http1Connections())
                .setHttp2MaxSize(config.http2Connections())
                .setMaxWaitQueueSize(config.maxConcurrent());
        this.plain = new LoopClients(vertx, () -> quiet(vertx.createHttpClient(options(config), pool)));
        HttpClientOptions tls = options(config).setUseAlpn(true).setProtocolVersion(HttpVersion.HTTP_2)
                .setTrustOptions(trusted);
        this.secure = new LoopClients(vertx, () -> quiet(vertx.createHttpClient(tls, pool)));
    }

    /** A connection that breaks is told to its request; the log need not know. */
    private static HttpClient quiet(HttpClient client) {
        return client.connectionHandler(connection -> connection.exceptionHandler(_ -> {
        }));
    }

    private static HttpClientOptions options(UpstreamConfig config) {
        int keepAlive = Math.toIntExact(config.keepAlive().toSeconds());
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2ConnectionWindowSize(HTTP2_WINDOW)
                .setKeepAlive(true)
                .setKeepAliveTimeout(keepAlive)
                .setHttp2KeepAliveTimeout(keepAlive)
                .setDecompressionSupported(false)
                .setConnectTimeout(Math.toIntExact(config.connect().toMillis()));
        options.setTcpNoDelay(true);
        options.setSslHandshakeTimeout(config.connect().toMillis()).setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        return options;
    }

    /**
     * Posts one call.
     *
     * @param rendering makes the request of the call, on a worker thread if it becomes large
     * @param reader makes the reader of the answer
     * @param listener hears the reply, as {@link ChatProvider#stream} promises it
     * @return ends the attempt: closes its connection, or resets its stream of an HTTP/2 connection, at once
     */
    public Cancellable post(ChatCall call, Rendering rendering, Supplier<ReplyReader> reader, ReplyListener listener) {
        if (CallSize.isLarge(call)) {
            return postRenderedAside(rendering, reader, listener);
        }
        return begun(listener, () -> attempt(
                rendering.request().apply(pictures.withoutStored(rendering.history().get())), reader, listener));
    }

    /** The attempt begins with the request that was rendered, so that the call is not kept as long as its reply runs. */
    private Cancellable postRenderedAside(Rendering rendering, Supplier<ReplyReader> reader, ReplyListener listener) {
        CallLoop loop = CallLoop.here(vertx);
        LaterAttempt later = new LaterAttempt(loop, listener);
        Cancellable unused = renderedAside(rendering, later::isCancelled, loop).subscribe()
                .with(request -> later.begin(() -> post(request, reader, listener)), later::fail);
        return later;
    }

    private Uni<ProviderRequest> renderedAside(Rendering rendering, BooleanSupplier unwanted, CallLoop loop) {
        return Uni.createFrom().item(rendering.history())
                .chain(history -> pictures.fitted(history, rendering.pictures(), unwanted))
                .map(rendering.request())
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(loop::run);
    }

    /** As above, with a request that is rendered already. */
    Cancellable post(ProviderRequest request, Supplier<ReplyReader> reader, ReplyListener listener) {
        return begun(listener, () -> attempt(request, reader, listener));
    }

    private static Cancellable begun(ReplyListener listener, Supplier<Cancellable> beginning) {
        try {
            return beginning.get();
        } catch (RuntimeException failure) {
            listener.onFailure(failure);
            return NOTHING;
        }
    }

    private Cancellable attempt(ProviderRequest request, Supplier<ReplyReader> reader, ReplyListener listener) {
        LoopClients clients = "https".equals(request.url().getScheme()) ? secure : plain;
        Attempt attempt = new Attempt(vertx, clients.here(), config, limit.reply(), clock, reader.get(), listener);
        attempt.start(request);
        return attempt;
    }

    @PreDestroy
    void close() {
        plain.close();
        secure.close();
    }
}
