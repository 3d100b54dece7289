package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisAPI;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {
    @TempDir
    Path home;
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void data_survive_a_restart() {
        EmbeddedRedis first = embedded("with \"quotes\" and spaces");
        assertThat(run(first, "SET", "k", "v")).isEqualTo("OK");
        first.close();
        EmbeddedRedis second = embedded("with \"quotes\" and spaces");
        assertThat(run(second, "GET", "k", null)).isEqualTo("v");
        second.close();
    }

    @Test
    void one_that_was_left_by_a_killed_parley_is_stopped_and_its_data_taken_over() throws IOException {
        EmbeddedRedis first = embedded("data");
        assertThat(run(first, "SET", "k", "v")).isEqualTo("OK");
        long orphan = Long.parseLong(Files.readString(home.resolve("data/redis.pid")).strip());
        EmbeddedRedis second = embedded("data");
        assertThat(run(second, "GET", "k", null)).isEqualTo("v");
        assertThat(Long.parseLong(Files.readString(home.resolve("data/redis.pid")).strip())).isNotEqualTo(orphan);
        second.close();
        first.close();
    }

    @Test
    void a_pid_file_that_names_another_program_harms_nobody() throws IOException {
        Files.createDirectories(home.resolve("data"));
        Files.writeString(home.resolve("data/redis.pid"), Long.toString(ProcessHandle.current().pid()));
        EmbeddedRedis embedded = embedded("data");
        assertThat(run(embedded, "PING", null, null)).isEqualTo("PONG");
        embedded.close();
    }

    @Test
    void nobody_gets_in_without_the_password_and_nobody_else_reads_the_files() throws IOException {
        EmbeddedRedis embedded = embedded("data");
        URI uri = embedded.getHosts().iterator().next();
        Redis stranger = Redis.createClient(vertx, "redis://127.0.0.1:" + uri.getPort());
        assertThatThrownBy(() -> join(RedisAPI.api(stranger).get("k"))).hasMessageContaining("NOAUTH");
        assertThat(Files.getPosixFilePermissions(home.resolve("data"))).hasSize(3);
        assertThat(Files.getPosixFilePermissions(home.resolve("data/redis.conf"))).hasSize(2);
        embedded.close();
    }

    @Test
    void a_second_process_on_the_same_directory_is_refused_with_one_line() throws Exception {
        Path data = Files.createDirectories(home.resolve("data"));
        try (FileChannel channel = FileChannel.open(data.resolve("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
            assertThat(channel).isNotNull();
            Process holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                    System.getProperty("java.class.path"), LockHolder.class.getName(), data.resolve("lock").toString()).start();
            assertThat(holder.getInputStream().read()).isEqualTo('!');
            assertThatThrownBy(() -> embedded("data").getHosts()).isInstanceOf(StartRefused.class)
                    .hasMessageContaining("data directory").hasMessageNotContaining("\n");
            holder.destroy();
            assertThat(holder.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void without_hosts_and_without_the_embedded_one_the_start_is_refused_with_one_line() {
        EmbeddedRedis none = new EmbeddedRedis(() -> false, home);
        assertThatThrownBy(none::getHosts).isInstanceOf(StartRefused.class)
                .hasMessageContaining("quarkus.redis.hosts");
    }

    private EmbeddedRedis embedded(String directory) {
        return new EmbeddedRedis(() -> true, home.resolve(directory));
    }

    private String run(EmbeddedRedis embedded, String command, String key, String value) {
        Redis redis = Redis.createClient(vertx, embedded.getHosts().iterator().next().toString());
        RedisAPI api = RedisAPI.api(redis);
        return switch (command) {
            case "SET" -> join(api.set(List.of(key, value)));
            case "GET" -> join(api.get(key));
            default -> join(api.ping(List.of()));
        };
    }

    private static String join(io.vertx.core.Future<io.vertx.redis.client.Response> answer) {
        return answer.toCompletionStage().toCompletableFuture().join().toString();
    }

    /** Another process that holds the lock until it is ended. */
    static final class LockHolder {
        public static void main(String[] arguments) throws Exception {
            try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
                channel.lock();
                System.out.write('!');
                System.out.flush();
                // Until the test closes the other end of this pipe, or is no more itself.
                int closed = System.in.read();
                assertThat(closed).isEqualTo(-1);
            }
        }
    }
}
