package io.parley.testing;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Configuration as the application would read it, for parts that are tested without the application. */
public final class Configs {

    private Configs() {
    }

    /** A mapping with its defaults, and with these values where given. */
    public static <T> T of(Class<T> mapping, Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(values, "test", 500))
                .addDiscoveredConverters()
                .withMapping(mapping)
                .withMappingIgnore("parley.**")
                .build()
                .getConfigMapping(mapping);
    }
}
