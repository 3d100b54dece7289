package io.parley.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Watches the compiler of this JVM. */
public final class Compiler {
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(90);
    private static final long BETWEEN_LOOKS_NANOS = TimeUnit.SECONDS.toNanos(2);
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private JvmCount warm = JvmCount.NONE;
    private long usedNanos;
    private long warmUpNanos;
    private boolean quiet;

    /** Works until no method was compiled for ten seconds, but not longer than a minute and a half. */
    public void awaitQuiet(Runnable work) {
        long start = System.nanoTime();
        long changed = start;
        long now = start;
        while (now - changed < QUIET_NANOS && now - start < LONGEST_NANOS) {
            for (long until = now + BETWEEN_LOOKS_NANOS; now < until; now = System.nanoTime()) {
                work.run();
            }
            JvmCount count = JvmCount.ofThisProcess();
            changed = count.compiled() == warm.compiled() ? changed : now;
            warm = count;
        }
        quiet = now - changed >= QUIET_NANOS;
        warmUpNanos = now - start;
        usedNanos = system.getProcessCpuTime();
    }

    /** Says how long that took, and how much CPU time this process has used since then for each of so many steps. */
    public String since(long steps) {
        double compiler = JvmCount.ofThisProcess().minus(warm).compilerSeconds();
        double all = (system.getProcessCpuTime() - usedNanos) / 1e9;
        return String.format(Locale.ROOT, "warmed up for %.0f s%s; since then %.2f µs of CPU time for each, however busy the "
                + "machine was, without the compiler, which took %.1f %%", warmUpNanos / 1e9,
                quiet ? "" : ", when the compiler was still at work", (all - compiler) * 1e6 / steps, 100 * compiler / all);
    }
}
