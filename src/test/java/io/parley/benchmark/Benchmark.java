package io.parley.benchmark;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Runs workloads and prints what they have come to. */
public final class Benchmark {
    private static final List<String> ALL = List.of("start", "steady", "throughput", "paced", "short", "sessions",
            "history", "resume", "idle", "opened", "memory", "redis");
    private static final int IDLE_STREAMS = 5_000;
    /** Milliseconds between the openings of two. */
    private static final int SLOWLY = 3;
    private static final int FAST = 2;
    private static final int MORE_IDLE_STREAMS = 10_000;
    /** Two sockets of a stream, and some more. */
    private static final int OPEN_FILES = 2 * MORE_IDLE_STREAMS + 1_000;

    private final int rounds;
    /** Of every load of the service, those that only warm it up among them. */
    private final List<Tally> tallies = new ArrayList<>();

    private Benchmark(int rounds) {
        this.rounds = rounds;
    }

    /**
     * Arguments: how many rounds, then names of workloads; none for all of them. Exits with 1 if anything went wrong with the
     * service.
     */
    public static void main(String[] arguments) {
        int rounds = Integer.parseInt(arguments[0]);
        List<String> wanted = arguments.length == 1 ? ALL : List.of(arguments).subList(1, arguments.length);
        System.out.printf(Locale.ROOT, "%n%d cores, %s, Java %s, %d rounds: median (least–most)%n",
                Runtime.getRuntime().availableProcessors(), System.getProperty("os.name"), Runtime.version(), rounds);
        Production.rehearse();
        Benchmark benchmark = new Benchmark(rounds);
        wanted.forEach(benchmark::run);
        long faults = benchmark.tallies.stream().mapToLong(tally -> tally.errors + tally.corrupt).sum();
        System.out.printf(Locale.ROOT,
                "%nErrors and integrity failures of the service in %d loads, those that warm it up among them: %d%n",
                benchmark.tallies.size(), faults);
        System.exit(faults == 0 ? 0 : 1);
    }

    /** Each with processes of its own, so that none inherits the state of another. */
    private void run(String name) {
        if (name.equals("start")) {
            new StartUp(rounds).run();
            return;
        }
        if (name.equals("redis")) {
            RedisLoad.run(rounds);
            RedisTurns.run(rounds);
            return;
        }
        if (name.equals("idle")) {
            new IdleStreams(tallies, rounds, IDLE_STREAMS, SLOWLY).run();
            if (openFiles() >= OPEN_FILES) {
                new IdleStreams(tallies, 1, MORE_IDLE_STREAMS, SLOWLY).run();
            }
            return;
        }
        if (name.equals("opened")) {
            new IdleStreams(tallies, rounds, IDLE_STREAMS, FAST, Stage.HEAP_OF_A_GIBIBYTE).run();
            return;
        }
        if (name.equals("memory")) {
            new Retained(tallies, rounds).run();
            return;
        }
        try (Stage stage = new Stage(tallies)) {
            Workloads workloads = new Workloads(stage, rounds);
            switch (name) {
                case "steady" -> workloads.steady();
                case "throughput" -> workloads.throughput();
                case "paced" -> workloads.paced();
                case "short" -> workloads.brief();
                case "sessions" -> workloads.sessions();
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
