package io.parley.benchmark;

import io.parley.benchmark.Load.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Memory of the service for each open stream of which nothing comes. */
final class IdleStreams {
    private static final long SETTLE_MILLIS = 5_000;
    private final Stage stage;
    private final int streams;

    IdleStreams(Stage stage, int streams) {
        this.stage = stage;
        this.streams = streams;
    }

    void run() {
        System.out.printf(Locale.ROOT, "%n### idle: %d open streams%n%n| | RSS before, MiB | KiB a stream | CPU s a minute "
                + "| errors |%n| --- | --- | --- | --- | --- |%n", streams);
        List<Target> targets = new ArrayList<>();
        stage.nginx().ifPresent(targets::add);
        targets.add(stage.parley(Wire.OPENAI));
        targets.forEach(this::run);
    }

    private void run(Target target) {
        List<ProcessHandle> service = stage.processes(target);
        stage.run(target, new Shape(50, 5, 0, 10_000, 0));
        target.prepare(streams);
        long before = Usage.of(service).residentKib();
        Load load = new Load(target, new Shape(streams, 1, Prompt.HOLD, 0, 0));
        Run opened = stage.measured(load);
        double cpu = Usage.of(service).cpuSeconds();
        pause(2 * SETTLE_MILLIS);
        double cpuAMinute = (Usage.of(service).cpuSeconds() - cpu) * 60_000 / (2 * SETTLE_MILLIS);
        long grown = Usage.of(service).residentKib() - before;
        System.out.printf(Locale.ROOT, "| %s | %.0f | %.1f | %.1f | %d |%n", target.name(), before / 1024.0,
                (double) grown / streams, cpuAMinute, opened.tally().errors);
        opened.tally().examples.forEach(System.err::println);
        stage.leave(load);
        pause(SETTLE_MILLIS);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
