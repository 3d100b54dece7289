package io.parley.benchmark;

import io.parley.benchmark.Load.Shape;
import io.parley.testing.ChatClient;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a turn costs after 10,000 stored messages and after 100, with the same window sent. */
final class LongHistory {
    private static final int CLIENTS = 8;
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
        Comparison table = new Comparison("long history: replies of 5 tokens, the newest 20 messages sent");
        table.column("CPU ms a turn", "%.3f", Run::perRequest)
                .column("Redis CPU ms a turn", "%.3f", Run::redisPerRequest)
                .column("both, times that at 100", "%.2f",
                        run -> both(run) / table.median("100 messages", LongHistory::both))
                .column("Redis: KiB a turn", "%.1f", run -> run.redis().bytes() / 1024.0 / run.tally().replies);
        Target few = target(100);
        Target many = target(10_000);
        for (int round = 0; round < rounds; round++) {
            table.add(few.name(), stage.measured(new Load(few, new Shape(CLIENTS, 5, 0, 5_000))));
            table.add(many.name(), stage.measured(new Load(many, new Shape(CLIENTS, 5, 0, 5_000))));
        }
        table.print();
    }

    private static double both(Run run) {
        return run.perRequest() + run.redisPerRequest();
    }

    private Target target(int messages) {
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
        ParleyTarget target = new ParleyTarget(String.format(Locale.ROOT, "%d messages", messages), stage.gateway().uri(),
                SETTINGS);
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
