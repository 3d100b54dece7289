package io.parley.benchmark;

import io.parley.benchmark.Load.Shape;
import java.util.Locale;

/** Loads the service until its compiler rests. */
final class WarmUp {
    /** A reply that begins within these milliseconds belongs to the load. */
    private static final int LOAD_MILLIS = 10_000;
    private static final int MOST_LOADS = 10;

    private WarmUp() {
    }

    /**
     * Repeats a load until no method was compiled during a load of at least ten seconds; at most ten times. Prints how long
     * that took.
     */
    static void of(Stage stage, Target target, Shape shape) {
        double seconds = 0;
        long compiled = 1;
        for (int load = 0; load < MOST_LOADS && compiled != 0; load++) {
            Run run = stage.run(target, shape.lasting(LOAD_MILLIS));
            seconds += run.seconds();
            compiled = run.jvm().compiled();
        }
        System.out.printf(Locale.ROOT, "%n%s was warmed up for %.0f s; methods that were compiled in the last load: %d%n",
                target.name(), seconds, compiled);
    }
}
