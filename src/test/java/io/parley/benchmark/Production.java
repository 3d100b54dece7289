package io.parley.benchmark;

import io.parley.testing.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The packaged service as the image runs it: with its options of the JVM, and with the AOT cache of a rehearsal. */
final class Production {
    private static final Path OPTIONS = Path.of("deploy", "jvm.options");
    private static final Path CACHE = Path.of("target", "parley.aot").toAbsolutePath();
    private static final Path DATA = Path.of("target", "rehearsal");

    private Production() {
    }

    /** Makes the cache. */
    static void rehearse() {
        Map<String, String> settings = Map.of("parley.rehearsal.turns", "200", "parley.data-dir", DATA.toString(),
                "parley.simulator.token-interval", "0.002S", "parley.simulator.first-token-delay", "0S");
        try (Gateway gateway = Gateway.start(options("-XX:AOTCacheOutput=" + CACHE), settings)) {
            if (gateway.awaitEnd() != 0) {
                throw new IllegalStateException("the rehearsal has failed:\n" + gateway.output());
            }
        }
    }

    /** Starts one at a Redis that is there. */
    static Gateway start(String redis, Map<String, String> more) {
        return start(redis, more, List.of());
    }

    /** Does the same with further options of the JVM. */
    static Gateway start(String redis, Map<String, String> more, List<String> options) {
        Map<String, String> settings = new TreeMap<>(more);
        settings.put("quarkus.redis.hosts", redis);
        List<String> all = options("-XX:AOTCache=" + CACHE);
        all.addAll(options);
        return Gateway.start(all, settings);
    }

    private static List<String> options(String more) {
        try {
            List<String> options = new ArrayList<>(Files.readAllLines(OPTIONS).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#")).toList());
            options.add(more);
            return options;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
