package io.parley.endtoend.page;

import io.parley.testing.FakeProvider;
import io.parley.testing.Gateway;
import io.parley.testing.InBrowser;
import io.parley.testing.Timing;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The chat page before a model that says, and does, what a test tells it to. */
abstract class ModelledPage extends InBrowser {
    @TempDir
    private static Path folder;
    static FakeProvider provider;
    static Gateway gateway;

    @BeforeAll
    static void start() {
        provider = FakeProvider.start();
        String url = provider.openAiUrl().toString();
        gateway = Gateway.start(Timing.patient(Map.of("parley.data-dir", folder.resolve("data").toString(),
                "parley.providers.openai.base-url", url, "parley.providers.openai.api-key", "sk-test",
                "parley.providers.plain.base-url", url, "parley.providers.plain.protocol", "openai",
                "parley.providers.plain.models", "blind", "parley.models.default", "gpt-4o-mini",
                // Some tests of a class have their model fail.
                "parley.upstream.breaker.minimum-calls", "1000000")));
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
        }
        if (provider != null) {
            provider.close();
        }
    }

    @BeforeEach
    void begin() {
        provider.reset();
    }

    @Override
    protected URI home() {
        return gateway.uri();
    }

    @Override
    protected String printed() {
        return gateway.output();
    }
}
