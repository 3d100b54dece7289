package io.parley.provider;

import io.parley.testing.FakeProvider;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * The common parts of tests of replies: a fake provider, which has no replies at the beginning of each test, and the parts that
 * call it.
 */
public abstract class WithFakeProvider {
    protected static FakeProvider fake;
    protected static ProviderParts parts;

    @BeforeAll
    static void start() {
        fake = FakeProvider.start();
        parts = ProviderParts.start(Map.of());
    }

    @AfterAll
    static void stop() {
        parts.close();
        fake.close();
    }

    @BeforeEach
    void forget() {
        fake.reset();
    }
}
