package io.parley.benchmark;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/** Runs workloads and prints what they have come to. */
public final class Benchmark {
    private static final List<String> ALL = List.of("start", "steady", "throughput", "paced", "short", "history", "resume",
            "idle");
    private static final int IDLE_STREAMS = 5_000;
    private static final int MORE_IDLE_STREAMS = 10_000;
    /** Two sockets of a stream, and some more. */
    private static final int OPEN_FILES = 2 * MORE_IDLE_STREAMS + 1_000;

    private Benchmark() {
    }

    /** Arguments: how many rounds, then names of workloads; none for all of them. */
    public static void main(String[] arguments) {
        int rounds = Integer.parseInt(arguments[0]);
        List<String> wanted = arguments.length == 1 ? ALL : List.of(arguments).subList(1, arguments.length);
        System.out.printf(Locale.ROOT, "%n%d cores, %s, Java %s, %d rounds: median (least–most)%n",
                Runtime.getRuntime().availableProcessors(), System.getProperty("os.name"), Runtime.version(), rounds);
        Production.rehearse();
        wanted.forEach(name -> run(name, rounds));
        System.exit(0);
    }

    /** Each with processes of its own, so that none inherits the state of another. */
    private static void run(String name, int rounds) {
        if (name.equals("start")) {
            new StartUp(rounds).run();
            return;
        }
        if (name.equals("idle")) {
            new IdleStreams(rounds, IDLE_STREAMS).run();
            if (openFiles() >= OPEN_FILES) {
                new IdleStreams(1, MORE_IDLE_STREAMS).run();
            }
            return;
        }
        try (Stage stage = new Stage()) {
            Workloads workloads = new Workloads(stage, rounds);
            switch (name) {
                case "steady" -> workloads.steady();
                case "throughput" -> workloads.throughput();
                case "paced" -> workloads.paced();
                case "short" -> workloads.brief();
                case "history" -> new LongHistory(stage, rounds).run();
                case "resume" -> workloads.resume();
                default -> throw new IllegalArgumentException("workloads: " + ALL + ", not " + name);
            }
        }
    }

    /** How many a process may have; the JVM takes all it may. */
    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : 0;
    }
}
