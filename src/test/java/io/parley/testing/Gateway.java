package io.parley.testing;

import io.parley.store.Watchdog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The packaged service as a process of its own, so that it can be killed. It ends with the JVM that started it, however that
 * ends, and has a directory for its temporary files, which is removed when it has ended.
 */
public final class Gateway implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://\\S+:\\d+)");
    private static final Pattern LISTENING_SECURELY = Pattern.compile("Listening on: .*(https://\\S+:\\d+)");
    private static final Pattern MANAGEMENT = Pattern.compile("Management interface listening on (http://\\S+:\\d+)");
    /** Little memory, and an end where it is not enough, as the image has it. */
    private static final List<String> SMALL = List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError");
    /** For processes that live for some seconds only; the AOT cache is valid with the options of its recording only. */
    private static final List<String> QUICK = quick();
    private static final int LINES = 2_000;
    private static final long START_SECONDS = 90;
    private static final long STOP_SECONDS = 20;
    private final Process process;
    private final CompletableFuture<Void> ended;
    private final CompletableFuture<URI> uri = new CompletableFuture<>();
    private final Deque<String> lines = new ArrayDeque<>();
    /** The line that the process prints when it begins to serve. */
    private volatile String addresses = "";

    private static List<String> quick() {
        String cache = System.getProperty("parley.aot");
        return cache == null ? List.of()
                : Stream.concat(Stream.of(System.getProperty("parley.options").split(" ")), Stream.of("-XX:AOTCache=" + cache))
                        .toList();
    }

    private Gateway(Process process, Watchdog watchdog, Path temporary) {
        this.process = process;
        this.ended = process.onExit().thenRun(() -> {
            watchdog.close();
            Directories.delete(temporary);
        });
        Thread reader = new Thread(this::read, "gateway-output");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts one on a free port and waits until it serves.
     *
     * @param settings configuration keys and their values
     */
    public static Gateway start(Map<String, String> settings) {
        return start(SMALL, settings);
    }

    /** As above, with these options of the JVM. */
    public static Gateway start(List<String> jvmOptions, Map<String, String> settings) {
        Gateway gateway = launch(jvmOptions, settings, Map.of());
        gateway.uri.orTimeout(START_SECONDS, TimeUnit.SECONDS).join();
        return gateway;
    }

    /** Does the same as {@link #start(Map)}, with these environment variables. */
    public static Gateway startIn(Map<String, String> environment, Map<String, String> settings) {
        Gateway gateway = launch(SMALL, settings, environment);
        gateway.uri.orTimeout(START_SECONDS, TimeUnit.SECONDS).join();
        return gateway;
    }

    /** Starts one without waiting. */
    public static Gateway launch(Map<String, String> settings) {
        return launch(SMALL, settings, Map.of());
    }

    private static Gateway launch(List<String> jvmOptions, Map<String, String> settings, Map<String, String> environment) {
        Map<String, String> all = new TreeMap<>(settings);
        all.putIfAbsent("quarkus.http.port", "0");
        all.putIfAbsent("quarkus.http.host", "127.0.0.1");
        all.putIfAbsent("quarkus.management.port", "0");
        all.putIfAbsent("quarkus.management.host", "127.0.0.1");
        try {
            Path temporary = Files.createTempDirectory("parley-gateway");
            List<String> command = command(jvmOptions, all, temporary);
            Watchdog watchdog = Watchdog.start(temporary, command.getFirst());
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().keySet().removeIf(name -> name.endsWith("_API_KEY") || name.endsWith("_BASE_URL"));
            builder.environment().put("TMPDIR", temporary.toString());
            builder.environment().putAll(environment);
            Process process = builder.start();
            watchdog.watch(process.pid());
            return new Gateway(process, watchdog, temporary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(List<String> jvmOptions, Map<String, String> settings, Path temporary) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // A JVM that is killed leaves the file of its counters, which lies outside of its temporary directory.
        command.add("-XX:-UsePerfData");
        command.addAll(QUICK);
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(jvmOptions);
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-jar");
        command.add(System.getProperty("parley.jar"));
        return command;
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                take(line);
            }
        } catch (IOException e) {
            take("output ended: " + e);
        }
        uri.completeExceptionally(new IllegalStateException("the service ended:\n" + output()));
    }

    private void take(String line) {
        synchronized (lines) {
            lines.add(line);
            if (lines.size() > LINES) {
                lines.removeFirst();
            }
        }
        Matcher listening = LISTENING.matcher(line);
        if (listening.find()) {
            addresses = line;
            uri.complete(URI.create(listening.group(1)));
        }
    }

    /** Where it serves. */
    public URI uri() {
        return uri.join();
    }

    /** Returns the address of health and metrics. */
    public URI managementUri() {
        return printed(MANAGEMENT);
    }

    /** Returns the address that serves TLS, if the process is configured to. */
    public URI secureUri() {
        return printed(LISTENING_SECURELY);
    }

    /** Asks for the health of this kind: {@code live}, {@code ready} or {@code started}. */
    public ChatClient.Answer health(String kind) {
        return new ChatClient(managementUri()).send("GET", "/../../q/health/" + kind, null);
    }

    private URI printed(Pattern pattern) {
        URI unused = uri.join();
        Matcher matcher = pattern.matcher(addresses);
        if (!matcher.find()) {
            throw new IllegalStateException(pattern + " is not in " + addresses);
        }
        return URI.create(matcher.group(1));
    }

    /** A client of it. */
    public ChatClient client() {
        return new ChatClient(uri());
    }

    /** The last lines that it printed. */
    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** Ends it as a power cut would: SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        int unused = awaitEnd();
    }

    /** Asks it to end: SIGTERM. Does not wait. */
    public void terminate() {
        // Process.destroy would close its output as well.
        if (!process.toHandle().destroy()) {
            throw new IllegalStateException("no signal TERM");
        }
    }

    /** Asks it to end, and waits until it has. */
    public int stop() {
        terminate();
        return awaitEnd();
    }

    /** Stops it in its tracks, as a long pause of the collector or of the machine does: SIGSTOP. */
    public void pause() {
        signal("STOP");
    }

    /** Lets it go on after {@link #pause}: SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    /** The number of its process. */
    public long pid() {
        return process.pid();
    }

    private void signal(String name) {
        if (process.isAlive()) {
            JavaProcess.signal(process.toHandle(), name);
        }
    }

    /** Waits until it has ended by itself. */
    public int awaitEnd() {
        if (!hasEndedWithin(START_SECONDS)) {
            throw new IllegalStateException("the service does not end:\n" + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroy();
            if (!hasEndedWithin(STOP_SECONDS)) {
                process.destroyForcibly();
            }
        }
        int unused = awaitEnd();
    }

    private boolean hasEndedWithin(long seconds) {
        try {
            ended.get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
