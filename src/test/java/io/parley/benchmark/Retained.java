package io.parley.benchmark;

import io.parley.benchmark.Load.Shape;
import java.util.List;
import java.util.Locale;

/** Memory of the service with a heap of 1 GiB after a minute at full speed, and when it is idle after that. */
final class Retained {
    private static final Shape FULL_SPEED = new Shape(200, 2_000, 0, 60_000);
    private static final long AT_ONCE_MILLIS = 2_000;
    private static final long IDLE_MILLIS = 60_000;
    private final List<Tally> tallies;
    private final int rounds;

    /** @param tallies is given that of each load of the service */
    Retained(List<Tally> tallies, int rounds) {
        this.tallies = tallies;
        this.rounds = rounds;
    }

    void run() {
        double[][] figures = new double[5][rounds];
        for (int round = 0; round < rounds; round++) {
            try (Stage stage = new Stage(tallies, Stage.HEAP_OF_A_GIBIBYTE)) {
                Target target = stage.parley(Wire.OPENAI);
                List<ProcessHandle> service = stage.processes(target);
                figures[0][round] = mebibytes(AT_ONCE_MILLIS, service);
                stage.run(target, FULL_SPEED);
                figures[1][round] = mebibytes(AT_ONCE_MILLIS, service);
                figures[2][round] = mebibytes(IDLE_MILLIS, service);
                figures[3][round] = Jcmd.heapAfterCollection(service.getFirst().pid()) / 1024.0;
                figures[4][round] = mebibytes(AT_ONCE_MILLIS, service);
            }
        }
        System.out
                .printf("%n### memory: 200 streams flat out for a minute, then nothing; -Xmx1g%n%n| MiB | |%n| --- | --- |%n");
        List<String> names = List.of("RSS before", "RSS after a minute at full speed",
                "RSS when idle for the minute after that",
                "heap in use after a collection then", "RSS after that collection");
        for (int i = 0; i < names.size(); i++) {
            System.out.printf(Locale.ROOT, "| %s | %s |%n", names.get(i), Figures.spread("%.0f", figures[i]));
        }
    }

    private static double mebibytes(long millis, List<ProcessHandle> service) {
        return Watch.of(service, millis).residentKib() / 1024.0;
    }
}
