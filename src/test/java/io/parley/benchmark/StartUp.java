package io.parley.benchmark;

import io.parley.testing.Gateway;
import io.parley.testing.RedisServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
                    awaitReady(gateway.uri());
                    seconds[round] = (System.nanoTime() - start) / 1e9;
                    Thread.sleep(SETTLE_MILLIS);
                    Usage usage = Usage.of(List.of(ProcessHandle.of(gateway.pid()).orElseThrow()));
                    memory[round] = usage.residentKib() / 1024.0;
                    cpu[round] = usage.cpuSeconds();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.printf("%n### start, with a Redis that is there%n%n| | |%n| --- | --- |%n");
        print("ready after, s", "%.2f", seconds);
        print("RSS 5 s later, MiB", "%.0f", memory);
        print("CPU s until then", "%.2f", cpu);
    }

    private static void awaitReady(URI gateway) {
        while (true) {
            try {
                HttpURLConnection connection = (HttpURLConnection) gateway.resolve("/q/health/ready").toURL().openConnection();
                if (connection.getResponseCode() == 200) {
                    return;
                }
                Thread.sleep(10);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void print(String what, String format, double[] figures) {
        Arrays.sort(figures);
        System.out.printf(Locale.ROOT, "| %s | " + format + " (" + format + "–" + format + ") |%n", what,
                figures[figures.length / 2], figures[0], figures[figures.length - 1]);
    }
}
