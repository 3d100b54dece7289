package io.parley.benchmark;

import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;

/** How long the packaged service takes until it is ready, and what it holds then. */
final class StartUp {
    private static final long SETTLE_MILLIS = 5_000;
    private final int rounds;

    StartUp(int rounds) {
        this.rounds = rounds;
    }

    void run() {
        double[] seconds = new double[rounds];
        double[] memory = new double[rounds];
        double[] cpu = new double[rounds];
        try (RedisServer redis = RedisServer.create("--appendfsync", "everysec")) {
            for (int round = 0; round < rounds; round++) {
                long start = System.nanoTime();
                try (Gateway gateway = Production.start(redis.url(), Map.of())) {
                    awaitReady(gateway.managementUri());
                    seconds[round] = (System.nanoTime() - start) / 1e9;
                    List<ProcessHandle> service = List.of(ProcessHandle.of(gateway.pid()).orElseThrow());
                    Watch.of(service, SETTLE_MILLIS);
                    memory[round] = Usage.of(service).residentKib() / 1024.0;
                    cpu[round] = Usage.of(service).cpuSeconds();
                }
            }
        }
        System.out.printf("%n### start, with a Redis that is there%n%n| | |%n| --- | --- |%n");
        print("ready after, s", "%.2f", seconds);
        print("RSS 5 s later, MiB", "%.0f", memory);
        print("CPU s until then", "%.2f", cpu);
    }

    private static void awaitReady(URI management) {
        Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).atMost(Duration.ofSeconds(60))
                .until(() -> isReady(management));
    }

    private static boolean isReady(URI management) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) management.resolve("/q/health/ready").toURL().openConnection();
        return connection.getResponseCode() == 200;
    }

    private static void print(String what, String format, double[] figures) {
        System.out.printf("| %s | %s |%n", what, Figures.spread(format, figures));
    }
}
