package io.parley.store;

/** Refuses at the start what would make every request fail later. */
final class RedisLimits {
    private RedisLimits() {
    }

    /**
     * The same configuration.
     *
     * @throws StartRefused if no command could ever be answered with it
     */
    static RedisConfig checked(RedisConfig config) {
        atLeastOne("connections", config.connections().orElse(1));
        atLeastOne("in-flight", config.inFlight());
        atLeastOne("waiting", config.waiting());
        atLeastOne("attempts", config.attempts());
        if (config.timeout().toMillis() < 1) {
            throw refused("timeout", "at least a millisecond", config.timeout());
        }
        if (config.attemptsWithin().isNegative()) {
            throw refused("attempts-within", "0 or longer", config.attemptsWithin());
        }
        if (config.steady().isNegative()) {
            throw refused("steady", "0 or longer", config.steady());
        }
        return config;
    }

    private static void atLeastOne(String key, int value) {
        if (value < 1) {
            throw refused(key, "at least 1", value);
        }
    }

    private static StartRefused refused(String key, String wanted, Object value) {
        return new StartRefused("parley.redis." + key + " must be " + wanted + ", but is " + value);
    }
}
