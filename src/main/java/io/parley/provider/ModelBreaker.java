package io.parley.provider;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.parley.conversation.Failure;
import io.parley.conversation.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

    /**
     * Lets an attempt through.
     *
     * @throws Failure.Unavailable if too many attempts have failed
     */
    Verdict admit() {
        if (!breaker.tryAcquirePermission()) {
            throw open();
        }
        return new Verdict();
    }

    private Failure.Unavailable open() {
        Duration left = Duration.between(clock.instant(), openUntil);
        return new Failure.Unavailable(FailureCode.PROVIDER_UNAVAILABLE,
                "The provider has failed too often, so this model is not called for a while. Try again later.",
                left.compareTo(WHILE_PROBING) > 0 ? left : WHILE_PROBING, null);
    }

    /**
     * The verdict of one attempt on its provider. Only the first word counts, and an attempt that began before the breaker
     * opened
     * says nothing of the present. Not for several threads.
     */
    final class Verdict {
        private final boolean probes = breaker.getState() == State.HALF_OPEN;
        private boolean given;

        /** The provider has begun to answer. */
        void succeeded() {
            if (isDue()) {
                breaker.onSuccess(0, TimeUnit.NANOSECONDS);
            }
        }

        /** Refusals come from a provider that is well; but not being let in is no sign of either. */
        void failed(Throwable failure) {
            if (!(failure instanceof Failure.Provider known) || known.code() == FailureCode.PROVIDER_RATE_LIMITED) {
                withdrawn();
            } else if (!TROUBLE.contains(known.code())) {
                succeeded();
            } else if (isDue()) {
                breaker.onError(0, TimeUnit.NANOSECONDS, failure);
            }
        }

        /** The attempt was given up, and says nothing. */
        void withdrawn() {
            if (isDue()) {
                breaker.releasePermission();
            }
        }

        private boolean isDue() {
            boolean due = !given && (probes || breaker.getState() != State.HALF_OPEN);
            given = true;
            return due;
        }
    }
}
