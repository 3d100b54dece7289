package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.testing.Directories;
import io.parley.testing.JavaProcess;
import io.parley.testing.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Redis ends when the process that started it is gone, and keeps what it has acknowledged. */
@Timeout(180)
class OrphanedRedisTest {
    /** A redis-server ends within a second of its signal; the rest is for machines that are busy. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    @TempDir
    Path data;
    private final List<ProcessHandle> servers = new ArrayList<>();

    @AfterEach
    void leaveNothingEvenAfterAFailure() {
        servers.forEach(ProcessHandle::destroyForcibly);
    }

    enum End {
        KILLED,
        TERMINATED,
        OUT_OF_MEMORY
    }

    @ParameterizedTest
    @EnumSource
    void the_embedded_one_ends_with_its_owner_and_keeps_its_data(End end) throws IOException {
        try (JavaProcess owner = JavaProcess.start(EmbeddedOwner.class, data.toString())) {
            URI uri = URI.create(owner.read("READY"));
            ProcessHandle redis = redis();
            assertThat(JavaProcess.isRunning(redis)).isTrue();
            assertThat(RedisProbe.send(uri.getPort(), List.of("AUTH " + password(uri), "SET k v"))).isEqualTo("+OK");
            end(owner, end);
            await().atMost(PATIENCE).until(() -> !JavaProcess.isRunning(redis));
        }
        assertThatTheNextOneKnowsTheKey();
    }

    @Test
    void a_paused_one_ends_in_good_order_too() throws IOException {
        try (JavaProcess owner = JavaProcess.start(EmbeddedOwner.class, data.toString())) {
            URI uri = URI.create(owner.read("READY"));
            ProcessHandle redis = redis();
            assertThat(RedisProbe.send(uri.getPort(), List.of("AUTH " + password(uri), "SET k v"))).isEqualTo("+OK");
            JavaProcess.signal(redis, "STOP");
            end(owner, End.KILLED);
            await().atMost(PATIENCE).until(() -> !JavaProcess.isRunning(redis));
            assertThat(data.resolve("redis.pid")).as("removed by a Redis that ends in good order").doesNotExist();
        }
        assertThatTheNextOneKnowsTheKey();
    }

    /** A test that kills a process and then removes its files does the same. */
    @Test
    void one_whose_files_are_deleted_with_its_owner_ends_too() throws IOException {
        try (JavaProcess owner = JavaProcess.start(EmbeddedOwner.class, data.toString())) {
            String ready = owner.read("READY");
            assertThat(ready).isNotEmpty();
            ProcessHandle redis = redis();
            owner.kill();
            deleteData();
            await().atMost(PATIENCE).until(() -> !JavaProcess.isRunning(redis));
        }
    }

    /** Deletes the data. It tries again, because Redis may write another file meanwhile. */
    private void deleteData() {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            Directories.delete(data);
            return true;
        });
    }

    @Test
    void one_whose_owner_is_killed_and_whose_files_are_deleted_while_it_starts_ends_too() {
        try (JavaProcess owner = JavaProcess.start(EmbeddedOwner.class, data.toString())) {
            await().pollInterval(Duration.ofMillis(1)).atMost(PATIENCE).until(() -> ofThisData().findAny().isPresent());
            ofThisData().forEach(servers::add);
            owner.kill();
            deleteData();
            await().atMost(PATIENCE).until(() -> ofThisData().noneMatch(JavaProcess::isRunning));
        }
    }

    /** Returns the processes whose program lies in the data directory. */
    private Stream<ProcessHandle> ofThisData() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").startsWith(data.toString()));
    }

    @Test
    void one_whose_owner_is_killed_before_it_knows_its_number_and_whose_files_are_deleted_ends_too() throws IOException {
        try (JavaProcess owner = JavaProcess.start(StartingOwner.class, data.toString())) {
            ProcessHandle redis = server(owner.read("READY"));
            assertThat(JavaProcess.isRunning(redis)).isTrue();
            owner.kill();
            deleteData();
            await().atMost(PATIENCE).until(() -> !JavaProcess.isRunning(redis));
        }
    }

    @Test
    void a_watchdog_ends_no_process_whose_command_line_only_begins_like_that() throws IOException {
        try (JavaProcess owner = JavaProcess.start(StartingOwner.class, data.toString(), "0")) {
            ProcessHandle redis = server(owner.read("READY"));
            ProcessHandle watchdog = owner.child("watchdog.sh");
            owner.kill();
            // The watchdog looks for ten seconds, or longer on a busy machine.
            await().atMost(PATIENCE.multipliedBy(3)).until(() -> !JavaProcess.isRunning(watchdog));
            assertThat(JavaProcess.isRunning(redis)).isTrue();
        }
    }

    @Test
    void without_a_watchdog_the_next_start_stops_it() throws IOException {
        try (JavaProcess owner = JavaProcess.start(EmbeddedOwner.class, data.toString())) {
            URI uri = URI.create(owner.read("READY"));
            ProcessHandle redis = redis();
            assertThat(RedisProbe.send(uri.getPort(), List.of("AUTH " + password(uri), "SET k v"))).isEqualTo("+OK");
            ProcessHandle watchdog = owner.child("watchdog.sh");
            assertThat(watchdog.destroyForcibly()).isTrue();
            await().atMost(PATIENCE).until(() -> !JavaProcess.isRunning(watchdog));
            end(owner, End.KILLED);
            assertThat(JavaProcess.isRunning(redis)).isTrue();
            assertThatTheNextOneKnowsTheKey();
            assertThat(JavaProcess.isRunning(redis)).isFalse();
        }
    }

    @Test
    void the_watchdog_goes_with_a_redis_that_its_owner_has_stopped() {
        EmbeddedRedis embedded = new EmbeddedRedis(() -> true, data);
        assertThat(embedded.getHosts()).hasSize(1);
        ProcessHandle watchdog = JavaProcess.child(ProcessHandle.current(), data.toString());
        embedded.close();
        await().atMost(PATIENCE).until(() -> !JavaProcess.isRunning(watchdog));
    }

    @ParameterizedTest
    @EnumSource
    void those_of_tests_end_with_the_jvm_of_the_tests_even_while_they_are_paused(End end) {
        try (JavaProcess owner = JavaProcess.start(ServersOwner.class)) {
            server(owner.read("RUNNING"));
            server(owner.read("PAUSED"));
            assertThat(servers).allMatch(JavaProcess::isRunning);
            end(owner, end);
            await().atMost(PATIENCE).until(() -> servers.stream().noneMatch(JavaProcess::isRunning));
        }
    }

    private static void end(JavaProcess owner, End end) {
        switch (end) {
            case KILLED -> owner.kill();
            case TERMINATED -> owner.terminate();
            case OUT_OF_MEMORY -> owner.write("take all the memory");
        }
        assertThat(owner.awaitEnd()).isNotZero();
    }

    private ProcessHandle redis() throws IOException {
        return server(Files.readString(data.resolve("redis.pid")).strip());
    }

    @CanIgnoreReturnValue
    private ProcessHandle server(String pid) {
        ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        servers.add(server);
        return server;
    }

    private void assertThatTheNextOneKnowsTheKey() {
        EmbeddedRedis next = new EmbeddedRedis(() -> true, data);
        URI uri = next.getHosts().iterator().next();
        assertThat(RedisProbe.send(uri.getPort(), List.of("AUTH " + password(uri), "EXISTS k"))).isEqualTo(":1");
        next.close();
    }

    private static String password(URI uri) {
        return uri.getUserInfo().substring(1);
    }

    private static void takeAllTheMemoryAtALine() throws IOException {
        List<byte[]> taken = new ArrayList<>();
        for (int c = System.in.read(); c >= 0; c = 'x') {
            taken.add(new byte[8 << 20]);
        }
    }

    /** Has an embedded Redis, as Parley does, and never stops it. */
    static final class EmbeddedOwner {
        public static void main(String[] arguments) throws IOException {
            EmbeddedRedis embedded = new EmbeddedRedis(() -> true, Path.of(arguments[0]));
            System.out.println("READY " + embedded.getHosts().iterator().next());
            takeAllTheMemoryAtALine();
        }
    }

    /**
     * Starts a process with the command line of a Redis, and is killed before it tells the watchdog the number. The second
     * argument is a text that the command line has behind the part that the watchdog knows.
     */
    static final class StartingOwner {
        public static void main(String[] arguments) throws IOException {
            Path directory = Path.of(arguments[0]);
            String name = directory.resolve("redis-server") + " 127.0.0.1:1234";
            Watchdog unused = Watchdog.start(directory, name);
            String title = arguments.length > 1 ? name + arguments[1] : name;
            // The option -a of exec gives a process any name. The process waits for bytes that never come.
            Process named = new ProcessBuilder("bash", "-c", "mkfifo never && exec -a \"$0\" cat <>never", title)
                    .directory(directory.toFile()).start();
            await().until(() -> Files.readString(Path.of("/proc", Long.toString(named.pid()), "cmdline")).startsWith(name));
            System.out.println("READY " + named.pid());
            takeAllTheMemoryAtALine();
        }
    }

    /** Has the servers of a test and never closes them. */
    static final class ServersOwner {
        public static void main(String[] arguments) throws IOException {
            RedisServer running = RedisServer.create();
            System.out.println("RUNNING " + running.handle().pid());
            RedisServer paused = RedisServer.create();
            paused.pause();
            System.out.println("PAUSED " + paused.handle().pid());
            takeAllTheMemoryAtALine();
        }
    }
}
