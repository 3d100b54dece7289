package io.parley.provider;

import io.parley.conversation.Content;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.MessageId;
import io.parley.conversation.ReplyEvent;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Calls models by their providers' protocols, repeats what may be repeated, bounds how many calls run at once, and leaves a
 * model alone whose provider fails.
 */
@Singleton
public final class RetryingModelCalls implements ModelCalls {
    /** Monotonic: says how much time has passed, and nothing else. */
    private static final InstantSource MONOTONIC = () -> Instant.EPOCH.plusNanos(System.nanoTime());
    private static final Duration WAIT_WHEN_FULL = Duration.ofSeconds(1);

    private final Map<String, ChatProvider> providers;
    private final Endpoints endpoints;
    private final UpstreamConfig config;
    private final Vertx vertx;
    private final ToLongFunction<Duration> jitter;
    private final ModelBreakers breakers;
    private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();

    /** Calls by these protocols at these endpoints. */
    @Inject
    public RetryingModelCalls(@All List<ChatProvider> providers, Endpoints endpoints, UpstreamConfig config, Vertx vertx) {
        this(providers, endpoints, config, vertx, RetryingModelCalls::anywhereUpTo, MONOTONIC);
    }

    /**
     * As above.
     *
     * @param jitter chooses a pause in milliseconds from nothing up to the given one
     * @param clock by which circuit breakers open and close
     */
    RetryingModelCalls(List<ChatProvider> providers, Endpoints endpoints, UpstreamConfig config, Vertx vertx,
            ToLongFunction<Duration> jitter, InstantSource clock) {
        this.providers = providers.stream().collect(Collectors.toMap(ChatProvider::protocol, Function.identity()));
        this.endpoints = endpoints;
        this.config = config;
        this.vertx = vertx;
        this.jitter = jitter;
        this.breakers = new ModelBreakers(config.breaker(), clock);
        endpoints.configured().forEach(this::check);
    }

    private static long anywhereUpTo(Duration limit) {
        return ThreadLocalRandom.current().nextLong(limit.toMillis() + 1);
    }

    private void check(String name, ProvidersConfig.Provider provider) {
        ChatProvider protocol = providers.get(provider.protocol());
        if (protocol == null) {
            throw new CatalogueException("parley.providers." + name + ".protocol: must be one of "
                    + String.join(", ", providers.keySet().stream().sorted().toList()));
        }
        provider.quirks().keySet().stream().filter(quirk -> !protocol.quirks().contains(quirk)).findFirst()
                .ifPresent(unknown -> {
                    throw new CatalogueException("parley.providers." + name + ".quirks." + unknown
                            + ": is unknown; the known quirks are "
                            + String.join(", ", protocol.quirks().stream().sorted().toList()));
                });
    }

    @Override
    public Multi<ReplyEvent> stream(ChatCall call) {
        return Multi.createFrom().deferred(() -> {
            // Copy what the stream needs, because it lives as long as the reply and must not hold the many megabytes of the
            // pictures.
            Model model = call.model();
            String name = model.provider();
            if (!endpoints.isConfigured(name)) {
                return Multi.createFrom().failure(notConfigured(name, endpoints));
            }
            Endpoint endpoint = endpoints.find(name).orElseThrow(() -> notConfigured(name, endpoints));
            Multi<ReplyEvent> attempt = breakers.of(model)
                    .guard(bounded(name, protocol(endpoint).stream(endpoint, call)));
            return new RepeatedCall(attempt, config, vertx, jitter).stream()
                    .onItem().transform(event -> boundTo(name, event))
                    .onFailure(RetryingModelCalls::isUnknownModel).transform(_ -> unknownModel(model));
        });
    }

    private static boolean isUnknownModel(Throwable failure) {
        return failure instanceof Failure.Provider provider && provider.code() == FailureCode.PROVIDER_MODEL_NOT_FOUND;
    }

    private static Failure unknownModel(Model model) {
        return new Failure.Provider(FailureCode.PROVIDER_MODEL_NOT_FOUND, "The provider \"" + model.provider()
                + "\" does not know the model \"" + model.upstreamName() + "\". Choose another model.", false, null, null);
    }

    /** Binds reasoning and opaque blocks to the provider of the configuration, because several providers share one protocol. */
    private static ReplyEvent boundTo(String provider, ReplyEvent event) {
        return switch (event) {
            case ReplyEvent.Block(Content.Thinking thinking) ->
                new ReplyEvent.Block(new Content.Thinking(provider, thinking.text(), thinking.signature()));
            case ReplyEvent.Block(Content.Opaque opaque) ->
                new ReplyEvent.Block(new Content.Opaque(provider, opaque.block()));
            case ReplyEvent.Block _,ReplyEvent.Text _,ReplyEvent.Refusal _,ReplyEvent.Thinking _,ReplyEvent.Used _,ReplyEvent.Finished _ ->
                event;
        };
    }

    @Override
    public WireHistory arranged(ChatCall call) {
        return endpoints.find(call.model().provider())
                .map(endpoint -> protocol(endpoint).arranged(endpoint, call))
                .orElseGet(() -> ModelCalls.super.arranged(call));
    }

    @Override
    public @Nullable MessageId messageAt(ChatCall call, int index) {
        return endpoints.find(call.model().provider())
                .map(endpoint -> protocol(endpoint).origin(endpoint, call, index))
                .map(at -> call.messages().get(at).id())
                .orElse(null);
    }

    private ChatProvider protocol(Endpoint endpoint) {
        return Objects.requireNonNull(providers.get(endpoint.protocol()), "checked at start");
    }

    private static Failure notConfigured(String name, Endpoints endpoints) {
        return new Failure.Provider(FailureCode.PROVIDER_AUTH,
                !endpoints.hasAny() ? Endpoints.NO_MODEL
                        : "The provider \"" + name + "\" cannot be called: it is unknown, switched off, or has no API key.",
                false, null,
                null);
    }

    private Multi<ReplyEvent> bounded(String name, Multi<ReplyEvent> attempt) {
        AtomicInteger count = running.computeIfAbsent(name, _ -> new AtomicInteger());
        return Multi.createFrom().deferred(() -> {
            if (count.incrementAndGet() > config.maxConcurrent()) {
                count.decrementAndGet();
                return Multi.createFrom().failure(new Failure.Unavailable(FailureCode.PROVIDER_UNAVAILABLE,
                        "Too many calls to the provider \"" + name + "\" are running. Try again.", WAIT_WHEN_FULL, null));
            }
            return attempt.plug(upstream -> new Watched(upstream, new Counted(count)));
        });
    }

    /** One of those that run. */
    private static final class Counted implements Watched.Watcher {
        private final AtomicInteger count;
        private final AtomicBoolean over = new AtomicBoolean();

        Counted(AtomicInteger count) {
            this.count = count;
        }

        @Override
        public void failed(Throwable failure) {
            leave();
        }

        @Override
        public void completed() {
            leave();
        }

        @Override
        public void cancelled() {
            leave();
        }

        private void leave() {
            if (!over.getAndSet(true)) {
                count.decrementAndGet();
            }
        }
    }
}
