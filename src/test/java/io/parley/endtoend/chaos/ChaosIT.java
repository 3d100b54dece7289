package io.parley.endtoend.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several clients talk, leave, come back, repeat themselves, cancel and edit at random, while gateways are killed, stopped and
 * paused, Redis dies and the way to it breaks. Afterwards what was acknowledged, what is stored, what the provider was asked
 * and what the clients saw must agree. A long run:
 *
 * <pre>
 * ./mvnw verify -Dit.test=ChaosIT -Dchaos.minutes=10 -Dchaos.seed=4711 -Dchaos.gateways=3
 * </pre>
 *
 * A seed repeats what each client and the faults do, not how their steps fall together.
 */
class ChaosIT {
    private static final Duration SHORT = Duration.ofSeconds(25);
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(4);
    /** Longer than a lease. */
    private static final Duration LONG_PAUSE = Duration.ofSeconds(22);
    private static final long KNOWN_SEED = 7;

    static LongStream seeds() {
        Long wanted = Long.getLong("chaos.seed");
        return wanted != null ? LongStream.of(wanted) : LongStream.of(KNOWN_SEED, new Random().nextInt(1_000_000));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothing_is_lost_doubled_or_denied_whatever_breaks(long seed) {
        Integer minutes = Integer.getInteger("chaos.minutes");
        Path log = Path.of("target", "chaos-" + seed + ".log");
        try (ChaosRun run = new ChaosRun(seed, Integer.getInteger("chaos.gateways", 2))) {
            if (minutes == null) {
                run.run(SHORT, SHORT_PAUSE);
            } else {
                run.run(Duration.ofMinutes(minutes), LONG_PAUSE);
            }
            Evidence evidence = run.evidence();
            List<Violation> violations = Checker.violations(evidence);
            System.out.println("Chaos with seed " + seed + ", all steps in " + log + "\n" + run.table(evidence, violations));
            run.ledger().write(log, run.output());
            assertThat(violations).as("seed %d, all steps in %s", seed, log).isEmpty();
            assertThat(Echo.INPUT.matcher(run.output()).results().map(said -> said.group())).as("said in logs").isEmpty();
        }
    }
}
