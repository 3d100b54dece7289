package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.Gateway;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service talks to itself and ends, and the JVM keeps what it has learnt for the next start. */
class RehearsalIT {
    @TempDir
    Path folder;

    @Test
    void a_rehearsal_ends_by_itself_and_leaves_a_cache_that_the_next_start_uses() {
        Path cache = folder.resolve("parley.aot");
        try (Gateway rehearsal = Gateway.start(List.of("-XX:AOTCacheOutput=" + cache),
                settings("parley.rehearsal.turns", "8", "parley.simulator.token-interval", "0S"))) {
            assertThat(rehearsal.awaitEnd()).as(rehearsal::output).isZero();
        }
        assertThat(cache).isNotEmptyFile();

        // The JVM would refuse to start without the cache.
        try (Gateway next = Gateway.start(List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on"),
                settings("parley.rehearsal.turns", "0"))) {
            assertThat(next.client().say(next.client().createSession("{}"), "Hello").status()).isEqualTo(201);
        }
    }

    private Map<String, String> settings(String... more) {
        Map<String, String> settings = new java.util.HashMap<>(Map.of("parley.data-dir", folder.resolve("data").toString()));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }
}
