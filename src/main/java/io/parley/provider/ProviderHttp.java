package io.parley.provider;

import io.parley.conversation.ReplyEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Context;
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
     * Posts one call. Nothing is rendered or sent before the subscription; cancelling it closes the connection, or resets the
     * stream of an HTTP/2 connection, at once.
     *
     * @param rendering makes the request of the call, on a worker thread if it becomes large
     * @param reader makes what reads the answer, once for each subscription
     * @return the reply, as {@link ChatProvider#stream} promises it
     */
    public Multi<ReplyEvent> post(ChatCall call, Rendering rendering, Supplier<ReplyReader> reader) {
        return Multi.createFrom().deferred(() -> CallSize.isLarge(call) ? postRenderedAside(rendering, reader)
                : post(rendering.request().apply(pictures.withoutStored(rendering.history().get())), reader));
    }

    /** Begins anew with the request that was rendered, as operators would keep the call as long as its reply runs. */
    private Multi<ReplyEvent> postRenderedAside(Rendering rendering, Supplier<ReplyReader> reader) {
        return Multi.createFrom().emitter(out -> {
            Cancellable unused = renderedAside(rendering, out::isCancelled).subscribe().with(request -> {
                if (!out.isCancelled()) {
                    startOrFail(request, reader, out);
                }
            }, out::fail);
        }, BackPressureStrategy.BUFFER);
    }

    private void startOrFail(ProviderRequest request, Supplier<ReplyReader> reader, MultiEmitter<? super ReplyEvent> out) {
        try {
            start(request, reader, out);
        } catch (RuntimeException failure) {
            out.fail(failure);
        }
    }

    private Uni<ProviderRequest> renderedAside(Rendering rendering, BooleanSupplier unwanted) {
        Context context = vertx.getOrCreateContext();
        return Uni.createFrom().item(rendering.history())
                .chain(history -> pictures.fitted(history, rendering.pictures(), unwanted))
                .map(rendering.request())
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .emitOn(command -> context.runOnContext(_ -> command.run()));
    }

    /** As above, with a request that is rendered already. */
    Multi<ReplyEvent> post(ProviderRequest request, Supplier<ReplyReader> reader) {
        return Multi.createFrom().emitter(out -> start(request, reader, out), BackPressureStrategy.BUFFER);
    }

    private void start(ProviderRequest request, Supplier<ReplyReader> reader, MultiEmitter<? super ReplyEvent> out) {
        LoopClients clients = "https".equals(request.url().getScheme()) ? secure : plain;
        new Attempt(vertx, clients.here(), config, limit.reply(), clock, reader.get(), out).start(request);
    }

    @PreDestroy
    void close() {
        plain.close();
        secure.close();
    }
}
