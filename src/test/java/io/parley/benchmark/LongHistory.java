package io.parley.benchmark;

import io.parley.benchmark.Load.Shape;
import io.parley.testing.ChatClient;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a turn costs after 10,000 stored messages and after 100, with the same window sent. */
final class LongHistory {
    private static final int WARM_UP_SECONDS = 45;
    private static final int CLIENTS = 20;
    private static final String FEW = "100 messages, growing to 260";
    private static final String MANY = "10,000 messages";
    private static final Shape SHAPE = new Shape(CLIENTS, 5, 0, 8_000, 0, 100);
    private static final int BATCH = 500;
    private static final String SETTINGS = "{\"model\":\"" + Stage.model(Wire.OPENAI)
            + "\",\"context\":{\"policy\":\"sliding-window\",\"maxMessages\":20,\"trimTo\":1}}";
    private final Stage stage;
    private final int rounds;

    LongHistory(Stage stage, int rounds) {
        this.stage = stage;
        this.rounds = rounds;
    }

    void run() {
        Comparison table = new Comparison(
                "long history: " + CLIENTS + " sessions, 100 ms between two turns of each, replies of 5 tokens,"
                        + " warmed up " + WARM_UP_SECONDS + " s");
        table.column("messages sent a turn", "%.1f", run -> (double) run.tally().sent / run.tally().replies)
                .column("CPU ms a turn", "%.3f", Run::perRequest)
                .column("Redis CPU ms a turn", "%.3f", Run::redisPerRequest)
                .column("both, times that at 100", "%.2f", run -> both(run) / table.median(FEW, LongHistory::both))
                .column("Redis: KiB a turn", "%.1f", run -> run.redis().bytes() / 1024.0 / run.tally().replies);
        stage.measured(new Load(target(FEW, 100), SHAPE.lasting(1_000L * WARM_UP_SECONDS)));
        Target many = target(MANY, 10_000);
        for (int round = 0; round < rounds; round++) {
            // New ones, as those there are have grown.
            Target few = target(FEW, 100);
            boolean even = round % 2 == 0;
            measure(table, even ? few : many);
            measure(table, even ? many : few);
        }
        table.print();
    }

    private void measure(Comparison table, Target target) {
        table.add(target.name(), stage.measured(new Load(target, SHAPE)));
    }

    private static double both(Run run) {
        return run.perRequest() + run.redisPerRequest();
    }

    private Target target(String name, int messages) {
        ChatClient client = stage.gateway().client();
        List<String> sessions = IntStream.range(0, CLIENTS).mapToObj(_ -> {
            String session = client.createSession(SETTINGS);
            for (int from = 0; from < messages; from += BATCH) {
                int status = client
                        .send("POST", "/sessions/" + session + "/messages", batch(from, Math.min(messages, from + BATCH)))
                        .status();
                if (status != 201) {
                    throw new IllegalStateException("import: " + status);
                }
            }
            return session;
        }).toList();
        ParleyTarget target = new ParleyTarget(name, stage.gateway().uri(), SETTINGS);
        target.talkIn(sessions);
        return target;
    }

    private static String batch(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "{\"role\":\"" + (i % 2 == 0 ? "user" : "assistant")
                        + "\",\"content\":\"A message of always the same length, number " + (10_000 + i) + ".\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }
}
