package io.parley.provider;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import io.parley.conversation.ReplyEvent;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jboss.logging.Logger.Level;

/**
 * The circuit breaker of one model. It judges an attempt by its beginning: the first content is a success, however the reply
 * ends.
 */
final class ModelBreaker {
    private static final Logger LOG = Logger.getLogger(ModelBreaker.class);
    /** What says that the provider is not well. */
    private static final Set<FailureCode> TROUBLE = EnumSet.of(FailureCode.PROVIDER_UNREACHABLE, FailureCode.PROVIDER_TIMEOUT,
            FailureCode.PROVIDER_OVERLOADED, FailureCode.PROVIDER_ERROR, FailureCode.PROVIDER_PROTOCOL,
            FailureCode.PROVIDER_TRUNCATED);
    /** How long to wait for the outcome of the one call that is let through. */
    private static final Duration WHILE_PROBING = Duration.ofSeconds(1);

    private final String name;
    private final CircuitBreaker breaker;
    private final InstantSource clock;
    private final Duration openFor;
    private volatile Instant openUntil;

    ModelBreaker(String name, CircuitBreaker breaker, InstantSource clock, Duration openFor) {
        this.name = name;
        this.breaker = breaker;
        this.clock = clock;
        this.openFor = openFor;
        this.openUntil = clock.instant();
        breaker.getEventPublisher().onStateTransition(event -> changed(event.getStateTransition()));
    }

    private void changed(StateTransition change) {
        if (change.getToState() == State.OPEN) {
            openUntil = clock.instant().plus(openFor);
        }
        LOG.logf(change.getToState() == State.OPEN ? Level.WARN : Level.INFO, "The circuit breaker of model %s changed to %s.",
                name,
                change.getToState());
    }

    /** The attempt, or where too many have failed a failure at once; then nothing is subscribed to. */
    Multi<ReplyEvent> guard(Multi<ReplyEvent> attempt) {
        return Multi.createFrom().deferred(() -> {
            if (!breaker.tryAcquirePermission()) {
                return Multi.createFrom().failure(open());
            }
            return attempt.plug(upstream -> new Watched(upstream, new Verdict()));
        });
    }

    private Failure open() {
        Duration left = Duration.between(clock.instant(), openUntil);
        return new Failure.Unavailable(FailureCode.PROVIDER_UNAVAILABLE,
                "The provider has failed too often, so this model is not called for a while. Try again later.",
                left.compareTo(WHILE_PROBING) > 0 ? left : WHILE_PROBING, null);
    }

    /** What one attempt says of its provider, once. What had begun before the breaker opened says nothing of now. */
    private final class Verdict implements Watched.Watcher {
        private final boolean probes = breaker.getState() == State.HALF_OPEN;
        private final AtomicBoolean given = new AtomicBoolean();

        @Override
        public void heard(ReplyEvent event) {
            if (!given.get() && !(event instanceof ReplyEvent.Used)) {
                completed();
            }
        }

        @Override
        public void completed() {
            if (isDue()) {
                breaker.onSuccess(0, TimeUnit.NANOSECONDS);
            }
        }

        /** Refusals come from a provider that is well; but not being let in is no sign of either. */
        @Override
        public void failed(Throwable failure) {
            if (!(failure instanceof Failure.Provider known) || known.code() == FailureCode.PROVIDER_RATE_LIMITED) {
                cancelled();
            } else if (!TROUBLE.contains(known.code())) {
                completed();
            } else if (isDue()) {
                breaker.onError(0, TimeUnit.NANOSECONDS, failure);
            }
        }

        @Override
        public void cancelled() {
            if (isDue()) {
                breaker.releasePermission();
            }
        }

        private boolean isDue() {
            return !given.getAndSet(true) && (probes || breaker.getState() != State.HALF_OPEN);
        }
    }
}
