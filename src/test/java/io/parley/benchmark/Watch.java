package io.parley.benchmark;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What processes use while nobody asks anything of them.
 *
 * @param cpuSeconds in all that time
 * @param residentKib the median of readings, several a second
 */
record Watch(double cpuSeconds, long residentKib) {
    private static final long BETWEEN_READINGS = 250;

    /** Looks at them for so long. */
    @CanIgnoreReturnValue
    static Watch of(List<ProcessHandle> processes, long millis) {
        List<Usage> readings = new ArrayList<>();
        CompletableFuture<Void> enough = new CompletableFuture<>();
        try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            var unused = clock.scheduleAtFixedRate(() -> {
                try {
                    readings.add(Usage.of(processes));
                } catch (RuntimeException gone) {
                    enough.completeExceptionally(gone);
                }
                if (readings.size() > millis / BETWEEN_READINGS) {
                    enough.complete(null);
                }
            }, 0, BETWEEN_READINGS, TimeUnit.MILLISECONDS);
            enough.join();
            clock.shutdownNow();
        }
        return new Watch(readings.getLast().cpuSeconds() - readings.getFirst().cpuSeconds(),
                readings.stream().mapToLong(Usage::residentKib).sorted().skip(readings.size() / 2).findFirst().orElseThrow());
    }
}
