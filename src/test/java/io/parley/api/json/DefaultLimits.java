package io.parley.api.json;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Configuration as it is where nobody has configured anything. */
public final class DefaultLimits {
    private static final SmallRyeConfig CONFIG = config(Map.of());

    private DefaultLimits() {
    }

    public static Limits limits() {
        return CONFIG.getConfigMapping(Limits.class);
    }

    public static SessionDefaults sessions() {
        return CONFIG.getConfigMapping(SessionDefaults.class);
    }

    static SmallRyeConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder().addDiscoveredConverters().withMapping(Limits.class)
                .withMapping(SessionDefaults.class).withDefaultValues(values).build();
    }
}
