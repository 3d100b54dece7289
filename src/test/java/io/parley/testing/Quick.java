package io.parley.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/** {@link Backends}, and times short enough to wait for, but a recall that is never given up. */
public final class Quick implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("parley.turns.disconnect-grace", "0.2S", "parley.recall.limit", "60S");
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(Backends.class));
    }
}
