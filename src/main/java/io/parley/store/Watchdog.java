package io.parley.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jboss.logging.Logger;

/**
 * A small shell process that ends another process once this JVM is gone. It learns of that by a pipe, which the kernel closes
 * however the JVM ends: by SIGKILL, for want of memory, or in good order.
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Watchdog.class);
    private final Process shell;

    private Watchdog(Process shell) {
        this.shell = shell;
    }

    /**
     * Starts the watchdog. If it starts before the process that it is to end, there is no moment without it.
     *
     * @param directory where its script is written
     * @param commandLine how the command line of that process begins, by which the watchdog knows it. If this JVM ends before
     *        it tells the number of the process, the watchdog ends a process that has this whole command line
     */
    public static Watchdog start(Path directory, String commandLine) throws IOException {
        Path script = directory.resolve("watchdog.sh");
        try (InputStream in = Objects.requireNonNull(Watchdog.class.getResourceAsStream("/redis/watchdog.sh"))) {
            // A new file each time: a shell that still runs the old one reads on from where it is.
            Files.deleteIfExists(script);
            Files.copy(in, script);
        }
        return new Watchdog(new ProcessBuilder("/bin/sh", script.toString(), commandLine)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /**
     * Tells the watchdog the number of the process. The watchdog cannot look it up when this JVM has ended, because its files
     * may be deleted by then.
     */
    public void watch(long pid) {
        try {
            OutputStream pipe = shell.getOutputStream();
            pipe.write((pid + "\n").getBytes(StandardCharsets.US_ASCII));
            pipe.flush();
        } catch (IOException _) {
            LOG.debug("the watchdog has ended before");
        }
    }

    /** Ends the watchdog and leaves the process to its owner. Repeatable. */
    @Override
    public void close() {
        try (OutputStream pipe = shell.getOutputStream()) {
            pipe.write("end\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException _) {
            LOG.debug("the watchdog has ended before");
        }
    }
}
