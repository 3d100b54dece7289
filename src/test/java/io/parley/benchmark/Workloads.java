package io.parley.benchmark;

import io.parley.benchmark.Load.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What is measured at several targets with one load. */
final class Workloads {
    private static final String DIRECT = "direct";
    private static final String AGAIN = "direct again";
    private static final String NGINX = "nginx";
    /** The load that also warms up the other workloads, but not the short replies. */
    private static final Shape STEADY = new Shape(100, 250, 40, 20_000);
    private final Stage stage;
    private final int rounds;

    Workloads(Stage stage, int rounds) {
        this.stage = stage;
        this.rounds = rounds;
    }

    /** 100 replies at a time, each token alone. */
    void steady() {
        warmUp();
        Comparison table = relayed("steady: 100 streams, a token every 40 ms");
        List<Target> targets = targets();
        targets.add(new OpenAiTarget(AGAIN, stage.direct().port()));
        table.column("first token ms p50", "%.2f", run -> run.tally().first.millisAt(0.5))
                .column("p99", "%.2f", run -> run.tally().first.millisAt(0.99))
                .column("further tokens ms p50", "%.2f", run -> run.tally().further.millisAt(0.5))
                .column("p99", "%.2f", run -> run.tally().further.millisAt(0.99))
                .column("asked ms p50", "%.2f", run -> run.tally().asked.millisAt(0.5))
                .column("p99", "%.2f", run -> run.tally().asked.millisAt(0.99))
                .column("Redis: scripts a turn", "%.1f", Workloads::scriptsATurn)
                .column("Redis: KiB a turn", "%.1f", Workloads::kibibytesATurn)
                .run(stage, targets, STEADY, rounds).print();
        added(table);
    }

    /** Each format: the JVM compiles what is hot. */
    private void warmUp() {
        for (Wire wire : Wire.values()) {
            WarmUp.of(stage, stage.parley(wire), STEADY);
        }
    }

    /** The same tokens in short replies, for each of which a client of the service opens a session. */
    void sessions() {
        Shape shape = new Shape(100, 100, 40, 20_000);
        List<Target> targets = new ArrayList<>();
        stage.nginx().ifPresent(targets::add);
        for (Wire wire : Wire.values()) {
            targets.add(stage.parleyAnew(wire));
            WarmUp.of(stage, targets.getLast(), shape);
        }
        relayed("sessions: 100 streams, a token every 40 ms, a session opened for each reply of 100 tokens")
                .run(stage, targets, shape, rounds).print();
    }

    /** What a path costs over none. */
    private static void added(Comparison table) {
        Map<String, ToDoubleFunction<Run>> figures = new LinkedHashMap<>();
        figures.put("first token p50", run -> run.tally().first.millisAt(0.5));
        figures.put("first token p99", run -> run.tally().first.millisAt(0.99));
        figures.put("further tokens p50", run -> run.tally().further.millisAt(0.5));
        figures.put("further tokens p99", run -> run.tally().further.millisAt(0.99));
        figures.put("until the provider is asked p50", run -> run.tally().asked.millisAt(0.5));
        figures.put("until the provider is asked p99", run -> run.tally().asked.millisAt(0.99));
        System.out.println("\n*: not more than four times what two direct runs of a round differ by, so it says no more than"
                + " its order.\n\n| added to direct, ms | " + String.join(" | ", figures.keySet()) + " |\n| --- |"
                + " --- |".repeat(figures.size()));
        for (String target : List.of(NGINX, "Parley, OpenAI", "Parley, Anthropic")) {
            System.out.println(figures.values().stream().map(figure -> added(table, target, figure))
                    .collect(Collectors.joining(" | ", "| " + target + " | ", " |")));
        }
    }

    private static String added(Comparison table, String target, ToDoubleFunction<Run> figure) {
        double added = table.median(target, figure) - table.median(DIRECT, figure);
        boolean valid = added > 4 * table.widestGap(DIRECT, AGAIN, figure);
        return String.format(Locale.ROOT, "%.2f%s", added, valid ? "" : "*");
    }

    /** 200 replies at a time, as fast as they come. */
    void throughput() {
        warmUp();
        Shape shape = new Shape(200, 2_000, 0, 4_000);
        relayed("throughput (overload): 200 streams flat out")
                .column("tokens a second", "%.0f", run -> run.tally().tokens / run.seconds())
                .run(stage, targets(), shape, rounds).print();
    }

    /** More than two cores can do. */
    void paced() {
        warmUp();
        Shape shape = new Shape(2_000, 500, 20, 1_000);
        relayed("paced (overload): 2,000 streams, a token every 20 ms")
                .column("tokens a second", "%.0f", run -> run.tally().tokens / run.seconds())
                .column("further tokens ms p50", "%.1f", run -> run.tally().further.millisAt(0.5))
                .column("p99", "%.1f", run -> run.tally().further.millisAt(0.99))
                .run(stage, targets(), shape, rounds).print();
    }

    /**
     * Replies of five tokens: at a rate that every target can serve, so that all do the same work, and as fast as they come.
     * The window is small: what a long history costs is measured by itself.
     */
    void brief() {
        brief("short: 50 clients with 100 ms between two requests, replies of 5 tokens", new Shape(50, 5, 0, 30_000, 0, 100));
        brief("short: 50 clients without a pause, replies of 5 tokens", new Shape(50, 5, 0, 8_000));
    }

    private void brief(String title, Shape shape) {
        List<Target> targets = new ArrayList<>(List.of(stage.direct()));
        stage.nginx().ifPresent(targets::add);
        for (Wire wire : Wire.values()) {
            targets.add(stage.parley(wire, ",\"context\":{\"policy\":\"sliding-window\",\"maxMessages\":4,\"trimTo\":1}"));
        }
        targets.stream().filter(ParleyTarget.class::isInstance).forEach(target -> WarmUp.of(stage, target, shape));
        Comparison table = new Comparison(title + ", window of 4 messages");
        table.column("CPU ms a request", "%.3f", run -> run.service() == 0 ? Double.NaN : run.perRequest())
                .column("times nginx", "%.1f",
                        run -> run.service() == 0 ? Double.NaN : run.perRequest() / table.median(NGINX, Run::perRequest))
                .column("Redis CPU ms a request", "%.3f",
                        run -> run.redis().scripts() == 0 ? Double.NaN : run.redisPerRequest())
                .column("KiB allocated a request", "%.1f", run -> positive(run.allocatedPerRequest() / 1024))
                .column("compiler, % of CPU", "%.1f", Workloads::compilerShare)
                .column("requests a second", "%.0f", run -> run.tally().replies / run.seconds())
                .column("Redis: scripts a turn", "%.1f", Workloads::scriptsATurn)
                .column("Redis: KiB a turn", "%.1f", Workloads::kibibytesATurn)
                .run(stage, targets, shape, rounds).print();
    }

    /** Every client leaves three times in each reply and comes back. */
    void resume() {
        warmUp();
        new Comparison("resume: 300 clients, each comes back three times in each reply of 300 tokens, 20 ms a token")
                .column("CPU s / 1M tokens", "%.1f", Run::perMillion)
                .column("replies", "%.0f", run -> run.tally().replies)
                .column("times come back in each", "%.2f", run -> (double) run.tally().resumed / run.tally().replies)
                .run(stage, List.of(stage.parley(Wire.OPENAI), stage.parley(Wire.ANTHROPIC)),
                        new Shape(300, 300, 20, 5_000, 3, 0),
                        rounds)
                .print();
    }

    private List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        targets.add(stage.direct());
        stage.nginx().ifPresent(targets::add);
        targets.add(stage.parley(Wire.OPENAI));
        targets.add(stage.parley(Wire.ANTHROPIC));
        return targets;
    }

    private static Comparison relayed(String title) {
        Comparison table = new Comparison(title);
        return table.column("CPU s / 1M tokens", "%.1f", run -> run.service() == 0 ? Double.NaN : run.perMillion())
                .column("times nginx", "%.2f",
                        run -> run.service() == 0 ? Double.NaN : run.perMillion() / table.median(NGINX, Run::perMillion))
                .column("Redis CPU s / 1M", "%.1f", run -> run.redis().scripts() == 0 ? Double.NaN : run.redisPerMillion())
                .column("Redis, times nginx", "%.2f", run -> run.redis().scripts() == 0 ? Double.NaN
                        : run.redisPerMillion() / table.median(NGINX, Run::perMillion))
                .column("bytes allocated a token", "%.0f", run -> positive(run.allocatedPerToken()))
                .column("compiler, % of CPU", "%.1f", Workloads::compilerShare);
    }

    private static double compilerShare(Run run) {
        return run.redis().scripts() == 0 ? Double.NaN : run.compilerShare();
    }

    /** Nothing is told of a target whose figure is 0, because it has no part in that. */
    private static double positive(double figure) {
        return figure > 0 ? figure : Double.NaN;
    }

    private static double scriptsATurn(Run run) {
        return run.redis().scripts() == 0 ? Double.NaN : (double) run.redis().scripts() / run.tally().replies;
    }

    private static double kibibytesATurn(Run run) {
        return run.redis().scripts() == 0 ? Double.NaN : run.redis().bytes() / 1024.0 / run.tally().replies;
    }
}
