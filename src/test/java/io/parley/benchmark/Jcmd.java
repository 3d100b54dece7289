package io.parley.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks the JVM of another process. That needs no port of the process and no option of its JVM. */
final class Jcmd {
    private Jcmd() {
    }

    /** Gives a command to a JVM, and returns its answer. */
    static String ask(long pid, String... command) {
        List<String> line = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid)));
        line.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets a JVM collect its whole heap, and returns how many KiB of it are in use then. */
    static long heapAfterCollection(long pid) {
        String unused = ask(pid, "GC.run");
        return ask(pid, "GC.heap_info").lines().filter(line -> !line.contains("space"))
                .collect(Collectors.collectingAndThen(Collectors.joining("\n"), lines -> Pattern.compile("used (\\d+)K")
                        .matcher(lines).results().mapToLong(found -> Long.parseLong(found.group(1))).sum()));
    }
}
