package io.parley.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.store.Watchdog;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;

/**
 * A real redis-server process with a data directory of its own. It keeps its port and its data over {@link #kill} and
 * {@link #start}, so that a test can restart it under a running client. It ends with the JVM that started it, however that
 * ends.
 */
public final class RedisServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Path BINARY = unpack();
    private final Path directory;
    private final List<String> options;
    private final int port;
    private Process process;
    private Watchdog watchdog;

    private RedisServer(List<String> options) {
        try {
            this.directory = Files.createTempDirectory("parley-redis");
            this.port = freePort();
            this.options = options;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a server; every write is on disk before it is acknowledged. */
    public static RedisServer create(String... options) {
        RedisServer server = new RedisServer(List.of(options));
        server.start();
        return server;
    }

    /** Starts the process again, on the same port and data, and waits until it answers. */
    public void start() {
        List<String> command = new ArrayList<>(
                List.of(BINARY.toString(), "--port", Integer.toString(port), "--bind", "127.0.0.1",
                        "--dir", directory.toString(), "--pidfile", pidFile().toString(), "--save", "", "--appendonly", "yes",
                        "--appendfsync", "always",
                        "--maxmemory-policy", "noeviction", "--enable-debug-command", "yes",
                        // A replica is given its data at once, instead of after five seconds in which others may come too.
                        "--repl-diskless-sync-delay", "0"));
        command.addAll(options);
        try {
            Files.deleteIfExists(pidFile());
            watchdog = Watchdog.start(directory, BINARY + " 127.0.0.1:" + port);
            process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile()).start();
            watchdog.watch(process.pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> command("PING").equals("+PONG"));
    }

    /** Ends the process in good order. */
    public void stop() {
        end(false);
    }

    /** Ends the process as a crash does. */
    public void kill() {
        end(true);
    }

    /** Lets the process hang: connections stay open, nothing is answered. */
    public void pause() {
        signal("STOP");
    }

    /** Lets a hanging process go on. */
    public void resume() {
        signal("CONT");
    }

    /** Where its files are. */
    public Path directory() {
        return directory;
    }

    public int port() {
        return port;
    }

    /** What a client connects to. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Sends one command without spaces in its arguments; returns the first line of the answer as it is on the wire. */
    @CanIgnoreReturnValue
    public String command(String line) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            return readLine(socket.getInputStream());
        } catch (IOException e) {
            return "-" + e.getClass().getSimpleName();
        }
    }

    /** A section of what it tells of itself. */
    public String info(String section) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(("INFO " + section + "\r\n").getBytes(StandardCharsets.UTF_8));
            int length = Integer.parseInt(readLine(socket.getInputStream()).substring(1));
            return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its process. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Removes everything. */
    public void flush() {
        command("FLUSHALL");
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            resume();
            kill();
        }
        // A server that ended by itself has one too. Closing is repeatable.
        watchdog.close();
        Directories.delete(directory);
    }

    private void end(boolean crash) {
        if (crash) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        watchdog.close();
    }

    private Path pidFile() {
        return directory.resolve("redis.pid");
    }

    private void signal(String name) {
        try {
            int done = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
            if (done != 0) {
                throw new IllegalStateException("no signal " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Path unpack() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        try (InputStream in = RedisServer.class.getResourceAsStream("/redis-server-7.0.15-" + system + "-" + machine)) {
            Path binary = Files.createTempFile("redis-server", "");
            Files.copy(in, binary, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwx------"));
            binary.toFile().deleteOnExit();
            return binary;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
