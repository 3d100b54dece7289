package io.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A main class of the tests in a JVM of its own, so that a test can kill it. */
public final class JavaProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private final Process process;

    private JavaProcess(Process process) {
        this.process = process;
    }

    /** Starts it with the class path of this JVM. */
    public static JavaProcess start(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData", "-Dparley.jar=" + System.getProperty("parley.jar"),
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"), "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new JavaProcess(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line that it prints and that begins with this word, without the word. */
    public String read(String word) {
        try {
            for (String line = process.inputReader().readLine(); line != null; line = process.inputReader().readLine()) {
                if (line.startsWith(word)) {
                    return line.substring(word.length()).strip();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("it ended without a word");
    }

    /** Writes a line to its standard input. */
    public void write(String line) {
        try {
            process.outputWriter().write(line + "\n");
            process.outputWriter().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM. */
    public void terminate() {
        // Process.destroy would close its standard input as well.
        assertThat(process.toHandle().destroy()).isTrue();
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    /** The process that it has started and whose command line has this word. */
    public ProcessHandle child(String word) {
        return child(process.toHandle(), word);
    }

    /** As above, for any process. */
    public static ProcessHandle child(ProcessHandle parent, String word) {
        return parent.children().filter(child -> child.info().commandLine().orElse("").contains(word)).findAny().orElseThrow();
    }

    /** Waits until it has ended, and returns its exit status. */
    @CanIgnoreReturnValue
    public int awaitEnd() {
        Awaitility.await().atMost(PATIENCE).until(() -> !process.isAlive());
        return process.exitValue();
    }

    /** Whether a process runs, whose number may stay in the table of processes for a while after its end. */
    public static boolean isRunning(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    /** Sends a signal to any process. */
    public static void signal(ProcessHandle process, String name) {
        try {
            if (new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor() != 0) {
                throw new IllegalStateException("no signal " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
        awaitEnd();
    }
}
