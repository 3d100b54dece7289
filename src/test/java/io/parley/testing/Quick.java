package io.parley.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;
import java.util.Map;

/** {@link Backends} with short times to wait for, except that a recall may take long, and with pages of other sites allowed. */
public final class Quick implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("parley.turns.disconnect-grace", "0.2S", "parley.recall.limit", "60S",
                "parley.allowed-origins", "https://app.example,http://localhost:3000,capacitor://localhost,http://[::1]:8081");
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(Backends.class));
    }
}
