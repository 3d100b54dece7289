package io.parley.provider;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A circuit breaker for each model of each provider, as many as the catalogue has models. They are this process's own: other
 * replicas find out for themselves.
 */
final class ModelBreakers {
    private final CircuitBreakerConfig settings;
    private final UpstreamConfig.Breaker config;
    private final InstantSource clock;
    private final Map<Key, ModelBreaker> breakers = new ConcurrentHashMap<>();

    /** @param clock by which they open and close; monotonic, as a clock that is set would keep a model away for hours */
    ModelBreakers(UpstreamConfig.Breaker config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.settings = CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.TIME_BASED)
                .slidingWindowSize(Math.toIntExact(Math.max(1, config.window().toSeconds())))
                .minimumNumberOfCalls(config.minimumCalls())
                .failureRateThreshold(config.failureRate())
                .waitDurationInOpenState(config.openFor())
                .permittedNumberOfCallsInHalfOpenState(1)
                .clock(clock.withZone(ZoneOffset.UTC))
                .build();
    }

    private record Key(String provider, String model) {}

    /** The breaker of this model. */
    ModelBreaker of(Model model) {
        return breakers.computeIfAbsent(new Key(model.provider(), model.name()), this::breaker);
    }

    private ModelBreaker breaker(Key key) {
        String name = key.provider() + "/" + key.model();
        return new ModelBreaker(name, CircuitBreaker.of(name, settings), clock, config.openFor());
    }
}
