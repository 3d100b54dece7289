package io.parley.benchmark;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.benchmark.Load.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The same load on several targets in turn, several rounds of it, as a table of medians with the least and the most. */
final class Comparison {
    private final String title;
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();
    private final List<Column> columns = new ArrayList<>();

    private record Column(String name, String format, ToDoubleFunction<Run> figure) {}

    Comparison(String title) {
        this.title = title;
    }

    @CanIgnoreReturnValue
    Comparison column(String name, String format, ToDoubleFunction<Run> figure) {
        columns.add(new Column(name, format, figure));
        return this;
    }

    @CanIgnoreReturnValue
    Comparison run(Stage stage, List<Target> targets, Shape shape, int rounds) {
        for (int round = 0; round < rounds; round++) {
            for (Target target : targets) {
                add(target.name(), stage.run(target, shape));
            }
        }
        return this;
    }

    void add(String target, Run run) {
        runs.computeIfAbsent(target, _ -> new ArrayList<>()).add(run);
        System.err.printf(Locale.ROOT, "  %s: %s took %.1f s, %d replies, %d tokens, %.2f CPU s%n", title, target,
                run.seconds(), run.tally().replies, run.tally().tokens, run.service());
        run.tally().examples.forEach(example -> System.err.println("    " + example));
    }

    /** The median of a figure of a target; NaN where that one has not run. */
    double median(String target, ToDoubleFunction<Run> figure) {
        double[] sorted = sorted(target, figure);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    /** By how much two targets differ at most in one round. */
    double widestGap(String one, String other, ToDoubleFunction<Run> figure) {
        List<Run> first = runs.get(one);
        List<Run> second = runs.get(other);
        return IntStream.range(0, first.size())
                .mapToDouble(i -> Math.abs(figure.applyAsDouble(first.get(i)) - figure.applyAsDouble(second.get(i)))).max()
                .orElse(Double.NaN);
    }

    private double[] sorted(String target, ToDoubleFunction<Run> figure) {
        double[] figures = runs.getOrDefault(target, List.of()).stream().mapToDouble(figure).toArray();
        Arrays.sort(figures);
        return figures;
    }

    /** The last two columns every table has: nothing may go wrong in any run. */
    void print() {
        System.out.printf("%n### %s%n%n| |", title);
        columns.forEach(column -> System.out.print(" " + column.name() + " |"));
        System.out.print(" errors | integrity failures |\n| --- |" + " --- |".repeat(columns.size() + 2) + "\n");
        runs.forEach((target, all) -> {
            System.out.print("| " + target + " |");
            columns.forEach(column -> System.out.print(" " + cell(target, column) + " |"));
            System.out.printf(" %d | %d |%n", all.stream().mapToLong(run -> run.tally().errors).sum(),
                    all.stream().mapToLong(run -> run.tally().corrupt).sum());
        });
    }

    private String cell(String target, Column column) {
        return Figures.spread(column.format(), sorted(target, column.figure()));
    }
}
