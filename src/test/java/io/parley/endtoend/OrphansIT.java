package io.parley.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.parley.testing.Gateway;
import io.parley.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No process stays behind, however the one that started it has ended. */
class OrphansIT {
    /** An embedded Redis ends within a second or two, a service in good order; the rest is for machines that are busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    @TempDir
    Path data;
    private final List<ProcessHandle> processes = new ArrayList<>();

    @AfterEach
    void leaveNothingEvenAfterAFailure() {
        processes.forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void the_embedded_redis_of_a_killed_service_ends_and_keeps_its_data() throws IOException {
        String session;
        try (Gateway killed = Gateway.start(embedded(data))) {
            session = killed.client().createSession("{}");
            assertThat(killed.client().say(session, "My name is Ada.").status()).isEqualTo(201);
            collectChildrenOf(killed.pid());
            killed.kill();
            await().atMost(PATIENCE).until(() -> processes.stream().noneMatch(JavaProcess::isRunning));
        }
        try (Gateway next = Gateway.start(embedded(data))) {
            assertThat(next.client().say(session, "What is my name?").at("/content/0/text")).contains("Ada");
        }
    }

    @Test
    void a_service_that_is_asked_to_end_leaves_no_process() throws IOException {
        try (Gateway asked = Gateway.start(embedded(data))) {
            collectChildrenOf(asked.pid());
            assertThat(asked.stop()).isZero();
            assertThat(JavaProcess.isRunning(processes.getFirst())).as("the service waits for its Redis").isFalse();
            await().atMost(PATIENCE).until(() -> processes.stream().noneMatch(JavaProcess::isRunning));
        }
    }

    @Test
    void services_of_tests_end_with_the_jvm_of_the_tests_even_while_they_are_paused() throws IOException {
        try (JavaProcess tests = JavaProcess.start(Tests.class, data.toString())) {
            long service = Long.parseLong(tests.read("SERVICE"));
            collectChildrenOf(service);
            processes.add(ProcessHandle.of(service).orElseThrow());
            tests.kill();
            await().atMost(PATIENCE).until(() -> processes.stream().noneMatch(JavaProcess::isRunning));
        }
    }

    /** The embedded Redis and what a service has started besides. */
    private void collectChildrenOf(long service) throws IOException {
        long redis = Long.parseLong(Files.readString(data.resolve("redis.pid")).strip());
        processes.add(ProcessHandle.of(redis).orElseThrow());
        ProcessHandle.of(service).orElseThrow().children().forEach(processes::add);
        assertThat(processes).hasSize(2).allMatch(JavaProcess::isRunning);
    }

    private static Map<String, String> embedded(Path data) {
        return Map.of("parley.data-dir", data.toString(), "parley.simulator.first-token-delay", "0S",
                "parley.simulator.token-interval", "0S");
    }

    /** Stands for the JVM of the tests: starts a service, pauses it, and never ends it. */
    static final class Tests {
        public static void main(String[] arguments) throws IOException {
            Gateway service = Gateway.start(embedded(Path.of(arguments[0])));
            service.pause();
            System.out.println("SERVICE " + service.pid());
            assertThat(System.in.read()).isEqualTo(-1);
        }
    }
}
