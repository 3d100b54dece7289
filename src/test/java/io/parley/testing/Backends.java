package io.parley.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * A Redis and a provider of its own for the application under test; tests get them in fields of these types. Arguments are
 * further settings.
 */
public final class Backends implements QuarkusTestResourceLifecycleManager {
    private Map<String, String> further = Map.of();
    private RedisServer redis;
    private FakeProvider provider;

    @Override
    public void init(Map<String, String> arguments) {
        further = arguments;
    }

    @Override
    public Map<String, String> start() {
        redis = RedisServer.create();
        provider = FakeProvider.start();
        Map<String, String> settings = new HashMap<>(Map.of("quarkus.redis.hosts", redis.url(),
                "parley.providers.openai.base-url", provider.openAiUrl().toString(),
                "parley.providers.openai.api-key", "sk-test",
                "parley.providers.anthropic.base-url", provider.anthropicUrl().toString(),
                "parley.providers.anthropic.api-key", "sk-test",
                "parley.upstream.retries", "0",
                // The failures of one test must not open a circuit for the next one.
                "parley.upstream.breaker.minimum-calls", "1000000"));
        settings.putAll(server("blind", "openai", provider.openAiUrl(), "tools"));
        settings.putAll(server("proxy", "anthropic", provider.anthropicUrl(), "images,tools"));
        settings.putAll(further);
        return settings;
    }

    /** The settings of a compatible server with one model, which has the name of the server. */
    private static Map<String, String> server(String name, String protocol, URI url, String abilities) {
        String key = "parley.providers." + name + ".";
        return Map.of(key + "protocol", protocol, key + "base-url", url.toString(), key + "models", name, key + "abilities",
                abilities);
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(redis, new TestInjector.MatchesType(RedisServer.class));
        injector.injectIntoFields(provider, new TestInjector.MatchesType(FakeProvider.class));
    }

    @Override
    public void stop() {
        provider.close();
        redis.close();
    }
}
