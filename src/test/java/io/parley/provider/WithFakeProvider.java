package io.parley.provider;

import io.parley.testing.FakeProvider;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** What tests of replies share: a fake provider, which begins each test with nothing to say, and the parts that call it. */
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
