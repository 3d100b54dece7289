package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.testing.Gateway;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Before the integration tests the build lets the packaged service talk to itself until it ends with status 0, and keeps what
 * the JVM has learnt: all processes of these tests start with it.
 */
class RehearsalIT {
    @TempDir
    Path folder;

    @Test
    void a_rehearsal_leaves_a_cache_that_the_next_start_uses() {
        assertThat(Path.of(System.getProperty("parley.aot"))).isNotEmptyFile();

        // The JVM refuses to start without the cache.
        try (Gateway next = Gateway.start(List.of("-XX:AOTMode=on"),
                Map.of("parley.data-dir", folder.resolve("data").toString()))) {
            assertThat(next.client().say(next.client().createSession("{}"), "Hello").status()).isEqualTo(201);
        }
    }
}
