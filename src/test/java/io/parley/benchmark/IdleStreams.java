package io.parley.benchmark;

import io.parley.benchmark.Load.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Memory of the service for each open stream of which nothing comes. */
final class IdleStreams {
    /** Few and slow, so that the heap is not as large already as the streams will make it. */
    private static final Shape FIRST = new Shape(50, 5, 0, 15_000, 0, 200);
    private static final long SETTLE_MILLIS = 5_000;
    /** Twice the time between two heartbeats. */
    private static final long WATCH_MILLIS = 30_000;
    private final List<Tally> tallies;
    private final int rounds;
    private final int streams;
    private final int pause;
    private final String[] options;

    /** What one round at one target has come to. */
    private record Idle(double before, double with, double growth, double cpu, double heap, double collected, Tally tally) {}

    /**
     * Streams that are opened one after the other.
     *
     * @param tallies is given that of each load of the service
     * @param pause milliseconds between the openings of two streams
     * @param options of the service's JVM, beside those of the image
     */
    IdleStreams(List<Tally> tallies, int rounds, int streams, int pause, String... options) {
        this.tallies = tallies;
        this.rounds = rounds;
        this.streams = streams;
        this.pause = pause;
        this.options = options;
    }

    /** Every round has processes of its own, as memory that was once taken is not given back. */
    void run() {
        Map<String, List<Idle>> found = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            try (Stage stage = new Stage(tallies, options)) {
                List<Target> targets = new ArrayList<>();
                stage.nginx().ifPresent(targets::add);
                targets.add(stage.parley(Wire.OPENAI));
                targets.forEach(
                        target -> found.computeIfAbsent(target.name(), _ -> new ArrayList<>()).add(run(stage, target)));
            }
        }
        System.out.printf(
                "%n### idle: %d open streams, opened %d a second by a service that has had some 3,700 short turns %s%n%n"
                        + "| | RSS before, MiB | RSS with them, MiB | KiB a stream | CPU s a minute | heap in use with them after a "
                        + "collection, MiB | RSS after that, MiB | errors | integrity failures |%n| --- |%s%n",
                streams, 1_000 / pause,
                String.join(" ", options), " --- |".repeat(8));
        found.forEach(IdleStreams::print);
    }

    private Idle run(Stage stage, Target target) {
        List<ProcessHandle> service = stage.processes(target);
        stage.run(target, FIRST);
        target.prepare(streams);
        long before = Usage.of(service).residentKib();
        Load load = new Load(target, new Shape(streams, 1, Prompt.HOLD, 0, 0, pause));
        Tally tally = stage.measured(load).tally();
        Watch.of(service, SETTLE_MILLIS);
        Watch watch = Watch.of(service, WATCH_MILLIS);
        double heap = target instanceof ParleyTarget ? Jcmd.heapAfterCollection(service.getFirst().pid()) : Double.NaN;
        double collected = Watch.of(service, SETTLE_MILLIS).residentKib();
        target.check(false, tally);
        tally.examples.forEach(System.err::println);
        stage.leave(load);
        return new Idle(before / 1024.0, watch.residentKib() / 1024.0,
                (double) (watch.residentKib() - before) / (streams - tally.errors),
                watch.cpuSeconds() * 60_000 / WATCH_MILLIS, heap / 1024.0, collected / 1024.0, tally);
    }

    private static void print(String target, List<Idle> all) {
        System.out.printf("| %s | %s | %s | %s | %s | %s | %s | %d | %d |%n", target, figure(all, Idle::before),
                figure(all, Idle::with), figure(all, Idle::growth), figure(all, Idle::cpu), figure(all, Idle::heap),
                figure(all, Idle::collected), all.stream().mapToLong(each -> each.tally().errors).sum(),
                all.stream().mapToLong(each -> each.tally().corrupt).sum());
    }

    private static String figure(List<Idle> all, ToDoubleFunction<Idle> figure) {
        return Figures.spread("%.1f", all.stream().mapToDouble(figure).toArray());
    }
}
