package io.parley.testing;

import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** The real time and what a test adds to it: for lifetimes that nobody wants to wait for. Enabled by a test's profile. */
@Alternative
@Singleton
public class MovableClock implements InstantSource {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    @Override
    public Instant instant() {
        return InstantSource.system().instant().plus(ahead.get());
    }

    /** Lets time go by. */
    public void pass(Duration time) {
        ahead.accumulateAndGet(time, Duration::plus);
    }
}
