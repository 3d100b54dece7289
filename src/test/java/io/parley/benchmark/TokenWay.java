package io.parley.benchmark;

import io.netty.channel.EventLoopGroup;
import io.parley.api.StreamedTurns;
import io.parley.context.Learned;
import io.parley.context.LearnedModels;
import io.parley.context.SummaryStore;
import io.parley.context.VectorStore;
import io.parley.provider.Counting;
import io.parley.provider.Endpoints;
import io.parley.provider.Model;
import io.parley.provider.ModelCatalogue;
import io.parley.provider.ProvidersConfig;
import io.parley.session.SessionStore;
import io.parley.store.EncodedBatches;
import io.parley.stream.EventLogStore;
import io.parley.stream.Notices;
import io.parley.testing.Configs;
import io.parley.testing.MemoryNetwork;
import io.parley.testing.Parts;
import io.parley.testing.ScriptedPort;
import io.parley.turn.RunningIndex;
import io.parley.turn.TurnStore;
import io.parley.turn.UnkeptTurns;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The whole way of tokens through the real parts of the service, from the bytes of a provider to the bytes of its clients, with
 * sockets in memory at both ends. The batches for Redis are encoded, and then answered at once. A single event loop does all
 * work, so that the time of a token is its CPU time.
 */
public final class TokenWay implements AutoCloseable {
    private static final AtomicInteger PORTS = new AtomicInteger();
    private static final String MODEL = "memory";
    private static final long PATIENCE_SECONDS = 60;
    private final int providerPort = PORTS.incrementAndGet();
    private final int servicePort = PORTS.incrementAndGet();
    private final Vertx vertx = MemoryNetwork.vertx();
    private final EventLoopGroup loop = ((VertxInternal) vertx).getEventLoopGroup();
    private final Pieces pieces;
    private final MemoryProvider provider;
    private final List<MemoryClient> clients = new ArrayList<>();
    private CompletableFuture<Void> done = new CompletableFuture<>();
    private int awaited;
    private int next;
    private long laps;
    private int left;
    private boolean ending;

    /** Between the provider and the clients. */
    public enum Relay {
        /** The parts of the service. */
        PARLEY,
        /** HTTP server and client of Vert.x alone, which pass each buffer on: the least that the service could cost. */
        VERTX
    }

    /** @param pieces of whole events, unless the service is between */
    TokenWay(Relay relay, int streams, Pieces pieces) {
        // As the application does at its start.
        Infrastructure.clearInterceptors();
        this.pieces = pieces;
        this.provider = MemoryProvider.start(loop, providerPort, pieces.head(), this::reached);
        Handler<HttpServerRequest> handler = relay == Relay.PARLEY ? new StreamedTurns(parts())::answer
                : new PlainRelay(vertx, providerPort)::answer;
        vertx.createHttpServer(new HttpServerOptions()).requestHandler(handler).listen(MemoryNetwork.port(servicePort))
                .toCompletionStage().toCompletableFuture().join();
        String mark = relay == Relay.PARLEY ? "event: delta"
                : pieces.wire() == Wire.OPENAI ? "\"delta\":{\"content\":" : "\"text_delta\"";
        for (int i = 0; i < streams; i++) {
            clients.add(new MemoryClient(loop, servicePort, mark, this::reached));
        }
    }

    private Parts parts() {
        String protocol = pieces.wire() == Wire.OPENAI ? "openai" : "anthropic";
        Map<String, String> settings = Map.of("parley.limits.reply", "1000000000",
                "parley.providers.memory.protocol", protocol,
                "parley.providers.memory.base-url", "http://127.0.0.1:" + providerPort);
        Model model = new Model(MODEL, "memory", MODEL, "o200k_base", 100_000, 4_096, null, null, 0, Set.of(),
                Counting.ESTIMATED);
        return new Parts(settings)
                .with(Vertx.class, vertx)
                .with(InstantSource.class, InstantSource.system())
                .with(Endpoints.class, new Endpoints(Configs.of(ProvidersConfig.class, settings).byName(),
                        () -> URI.create("http://127.0.0.1:" + servicePort)))
                .with(ModelCatalogue.class, ScriptedPort.of(ModelCatalogue.class, Map.of("find", _ -> Optional.of(model), "all",
                        _ -> List.of(model), "defaultModel", _ -> model, "isConfigured", _ -> true)))
                .with(EventLogStore.class, new EncodedBatches())
                .with(TurnStore.class, UnkeptTurns.of(MODEL))
                .with(LearnedModels.class, ScriptedPort.of(LearnedModels.class,
                        Map.of("find", _ -> Uni.createFrom().item(Learned.NOTHING))))
                .with(SessionStore.class, ScriptedPort.of(SessionStore.class, Map.of()))
                .with(SummaryStore.class, ScriptedPort.of(SummaryStore.class, Map.of()))
                .with(VectorStore.class, ScriptedPort.of(VectorStore.class, Map.of()))
                .with(RunningIndex.class, ScriptedPort.of(RunningIndex.class, Map.of()))
                .with(Notices.class, ScriptedPort.of(Notices.class, Map.of()));
    }

    /** Lets each client ask for a reply; returns when the provider has been asked for all of them. */
    void begin() {
        onLoop(() -> {
            awaited = clients.size();
            clients.forEach(MemoryClient::ask);
        });
        next = 0;
        laps = 0;
    }

    /** Sends the next pieces of each reply, one after the other, each when the clients have all tokens of those before. */
    void send(int count) {
        onLoop(() -> {
            left = count;
            step();
        });
    }

    /** Ends the replies; returns when the clients have been told. */
    void end() {
        while (!pieces.isBoundary(next)) {
            send(1);
        }
        onLoop(() -> {
            awaited = clients.size();
            clients.forEach(MemoryClient::awaitEnd);
            provider.end(pieces.end());
        });
    }

    private void step() {
        if (left == 0) {
            done.complete(null);
            return;
        }
        left--;
        long target = laps * pieces.whole()[pieces.size() - 1] + pieces.whole()[next];
        awaited = 0;
        for (MemoryClient client : clients) {
            awaited += client.awaitTokens(target) ? 1 : 0;
        }
        byte[] piece = pieces.bytes().get(next);
        next = (next + 1) % pieces.size();
        laps += next == 0 ? 1 : 0;
        boolean silent = awaited == 0;
        provider.write(piece);
        if (silent) {
            loop.execute(this::step);
        }
    }

    private void reached() {
        awaited--;
        if (awaited == 0) {
            loop.execute(this::step);
        }
    }

    private void onLoop(Runnable task) {
        CompletableFuture<Void> waiting = new CompletableFuture<>();
        done = waiting;
        loop.execute(task);
        try {
            waiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(clients.getFirst().toString(), e);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops its event loop; nothing that is left keeps the process from ending. */
    @Override
    public void close() {
        var unused = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
