package io.parley.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A redis-server of our own. It runs in a session of its own, so that Ctrl-C reaches Parley only, which stops it last. If
 * Parley is killed, the watchdog ends it; if the watchdog is killed too, the next start finds it by its pid file.
 */
final class RedisProcess {
    private static final Logger LOG = Logger.getLogger(RedisProcess.class);
    private static final Duration STARTING = Duration.ofSeconds(20);
    private static final Duration LOADING = Duration.ofMinutes(2);
    private static final Duration STOPPING = Duration.ofSeconds(10);
    private static final int TRIES = 3;
    private final DataDirectory data;
    private final Path program;
    private final int port;
    private final String password;
    private @Nullable Watchdog watchdog;

    private RedisProcess(DataDirectory data, Path program, int port, String password) {
        this.data = data;
        this.program = program;
        this.port = port;
        this.password = password;
    }

    /**
     * Starts the server on the data that an earlier one has left, and waits until it has loaded them.
     *
     * @throws StartRefused if it does not come up
     */
    static RedisProcess start(DataDirectory data) {
        try {
            Path program = RedisBinary.in(data);
            for (int i = 0; i < TRIES; i++) {
                RedisProcess process = new RedisProcess(data, program, freePort(), newPassword());
                process.stopOrphan();
                if (process.launch()) {
                    LOG.infof("Redis 7.0.15 runs on port %d with its data in %s", process.port, data.path());
                    return process;
                }
            }
        } catch (IOException e) {
            throw new StartRefused("The embedded Redis cannot be started in " + data.path() + " ("
                    + e.getClass().getSimpleName() + "): look at its file redis.log, or set quarkus.redis.hosts.");
        }
        throw new StartRefused("The embedded Redis does not come up: look at " + data.resolve("redis.log")
                + ", or set quarkus.redis.hosts.");
    }

    URI uri() {
        return URI.create("redis://:" + password + "@127.0.0.1:" + port);
    }

    /** Stops it in good order: everything that it has acknowledged is on disk afterwards. */
    void stop() {
        Optional<ProcessHandle> handle = running();
        if (!RedisProbe.shutDown(port, password)) {
            LOG.warn("Redis does not stop at once");
        }
        handle.ifPresent(RedisProcess::awaitEnd);
        if (watchdog != null) {
            watchdog.close();
            watchdog = null;
        }
    }

    private boolean launch() throws IOException {
        Path settings = data.write("redis.conf", settings());
        Files.deleteIfExists(pidFile());
        // Redis itself puts its address behind the name of its program.
        Watchdog started = Watchdog.start(data.path(), program + " 127.0.0.1:" + port);
        watchdog = started;
        boolean up = false;
        try {
            up = comesUp(settings, started);
        } finally {
            if (!up) {
                stop();
            }
        }
        return up;
    }

    private boolean comesUp(Path settings, Watchdog watching) throws IOException {
        Process forking = new ProcessBuilder(program.toString(), settings.toString())
                .directory(data.path().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        forking.getOutputStream().close();
        // It writes its number once it has its port, some time after the process that was started here has ended: until
        // then nobody can tell whether it lives, and a second one on the same data would destroy them.
        boolean hasStarted = waitFor(STARTING, () -> running().isPresent());
        running().ifPresent(process -> watching.watch(process.pid()));
        return hasStarted && waitFor(LOADING, () -> RedisProbe.answers(port, password) || running().isEmpty())
                && RedisProbe.answers(port, password);
    }

    private String settings() {
        return """
                bind 127.0.0.1
                port %d
                requirepass %s
                daemonize yes
                dir "%s"
                pidfile "%s"
                logfile "%s"
                loglevel warning
                appendonly yes
                appendfsync everysec
                save ""
                maxmemory-policy noeviction
                """.formatted(port, password, quoted(data.path()), quoted(pidFile()), quoted(data.resolve("redis.log")));
    }

    private static String quoted(Path path) {
        return path.toString().replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private void stopOrphan() {
        running().ifPresent(orphan -> {
            LOG.infof("stopping the Redis that an earlier Parley has left (process %d)", orphan.pid());
            // On this signal it writes everything to disk and ends.
            if (orphan.destroy()) {
                awaitEnd(orphan);
            }
        });
    }

    /** The process in the pid file, if it is alive and really our program: the number may long be another's. */
    private Optional<ProcessHandle> running() {
        try {
            if (!Files.exists(pidFile())) {
                return Optional.empty();
            }
            long pid = Long.parseLong(Files.readString(pidFile()).strip());
            return ProcessHandle.of(pid).filter(RedisProcess::isAlive)
                    .filter(handle -> handle.info().command().filter(program.toString()::equals).isPresent());
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static void awaitEnd(ProcessHandle handle) {
        if (waitFor(STOPPING, () -> !isAlive(handle))) {
            return;
        }
        LOG.warnf("the Redis process %d has to be killed", handle.pid());
        if (!handle.destroyForcibly() || !waitFor(STOPPING, () -> !isAlive(handle))) {
            LOG.errorf("the Redis process %d does not end", handle.pid());
        }
    }

    /** A process that has ended may stay in the table for long where nobody reaps it, as in a container. */
    private static boolean isAlive(ProcessHandle handle) {
        if (!handle.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "stat"));
            return !stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
        } catch (IOException _) {
            return handle.isAlive();
        }
    }

    /** The start and the end of the application may wait; nothing else calls this. */
    private static boolean waitFor(Duration limit, BooleanSupplier done) {
        long end = System.nanoTime() + limit.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return done.getAsBoolean();
            }
        }
        return true;
    }

    private Path pidFile() {
        return data.resolve("redis.pid");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String newPassword() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
