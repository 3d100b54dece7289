package io.parley.store;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.Vertx;
import io.vertx.core.impl.CloseFuture;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.impl.NetClientImpl;
import io.vertx.core.spi.metrics.TCPMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections on which everything that is written in one turn of the event loop leaves in one write. The Redis client
 * writes each command by itself; its batches are no way out, as one failed command fails all commands of a batch, and as the
 * commands of a batch must be for one slot of a cluster.
 */
final class GatheringVertx extends VertxWrapper {
    /** After so many commands in one turn the socket is written to, so that Redis has something to do meanwhile. */
    private static final int MOST_COMMANDS = 256;

    GatheringVertx(Vertx vertx) {
        super((VertxInternal) vertx);
    }

    @Override
    public NetClient createNetClient(NetClientOptions options) {
        VertxMetrics metrics = delegate.metricsSPI();
        CloseFuture closing = new CloseFuture();
        NetClientImpl client = new GatheringClient(delegate,
                metrics == null ? null : metrics.createNetClientMetrics(options), options, closing);
        closing.add(client);
        return client;
    }

    private static final class GatheringClient extends NetClientImpl {
        GatheringClient(VertxInternal vertx, @Nullable TCPMetrics<?> metrics, NetClientOptions options,
                CloseFuture closing) {
            super(vertx, metrics, options, closing);
        }

        @Override
        protected void initChannel(ChannelPipeline pipeline) {
            super.initChannel(pipeline);
            pipeline.addLast("gather", new FlushConsolidationHandler(MOST_COMMANDS, true));
        }
    }
}
