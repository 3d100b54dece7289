package io.parley.provider;

import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.MessageId;
import io.quarkus.arc.All;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;
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
    private static final Cancellable NOTHING = () -> {
    };

    private final Map<String, ChatProvider> providers;
    private final Endpoints endpoints;
    private final UpstreamConfig config;
    private final Vertx vertx;
    private final RetryPolicy policy;
    private final ModelBreakers breakers;
    /** Bounded by the number of configured providers. */
    private final Map<String, CallSlots> slots = new ConcurrentHashMap<>();

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
        this.policy = new RetryPolicy(config, jitter);
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
    public Cancellable stream(ChatCall call, ReplyListener listener) {
        Model model = call.model();
        String name = model.provider();
        Optional<Endpoint> endpoint = endpoints.isConfigured(name) ? endpoints.find(name) : Optional.empty();
        if (endpoint.isEmpty()) {
            listener.onFailure(notConfigured(name, endpoints));
            return NOTHING;
        }
        ChatProvider protocol = protocol(endpoint.get());
        // The pictures of a call may take many megabytes, so the running call keeps no more than its model.
        ModelCall running = new ModelCall(CallLoop.here(vertx), policy, admissions(model), model, listener);
        running.start(to -> protocol.stream(endpoint.get(), call, to));
        return running;
    }

    private Supplier<Admission> admissions(Model model) {
        CallSlots free = slots.computeIfAbsent(model.provider(), name -> new CallSlots(name, config.maxConcurrent()));
        ModelBreaker breaker = breakers.of(model);
        return () -> Admission.of(free, breaker);
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
}
