package io.parley.turn;

import io.parley.turn.TurnStopwatch.Moment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The times of many turns, as a table of medians. */
final class TurnTimes {
    private static final List<String> STAGES = List.of("", "accept", "read", "check", "open", "context", "call",
            "first event", "first token", "reply", "commit", "end", "done");
    private final List<long[]> times = new ArrayList<>();
    private final List<long[]> cpu = new ArrayList<>();

    /** Takes those of the last turn, unless it needed a second thread, for example to load the tables that count tokens. */
    void add() {
        if (TurnStopwatch.hasMoved()) {
            return;
        }
        times.add(Arrays.stream(Moment.values()).mapToLong(TurnStopwatch::time).toArray());
        cpu.add(Arrays.stream(Moment.values()).mapToLong(TurnStopwatch::cpu).toArray());
    }

    /**
     * Each stage ends at the moment that it is named for. The CPU time of a stage is counted up to the next seam in the
     * service.
     */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder("| stage | until | median µs | median CPU µs | % of the CPU time |\n"
                + "| --- | --- | --- | --- | --- |\n");
        double all = 0;
        for (Moment moment : Moment.values()) {
            all += cpuMicros(moment);
        }
        for (Moment moment : Moment.values()) {
            if (moment != Moment.SENT) {
                table.append(String.format(Locale.ROOT, "| %s | %s | %.0f | %s |%n", STAGES.get(moment.ordinal()),
                        moment.name().toLowerCase(Locale.ROOT), micros(moment), cpu(moment, all)));
            }
        }
        double whole = median(times.stream().mapToLong(each -> each[Moment.DONE.ordinal()] - each[0]).toArray());
        return table.append(String.format(Locale.ROOT, "| all of %d turns | | %.0f | %.0f | 100 |", times.size(), whole, all))
                .toString();
    }

    private double micros(Moment moment) {
        return median(times.stream().mapToLong(each -> each[moment.ordinal()] - each[before(moment, each)]).toArray());
    }

    /** The latest moment that came before this one: those in the client and in the service overlap. */
    private static int before(Moment moment, long[] turn) {
        int latest = 0;
        for (int other = 0; other < turn.length; other++) {
            if (turn[other] < turn[moment.ordinal()] && turn[other] > turn[latest]) {
                latest = other;
            }
        }
        return latest;
    }

    private String cpu(Moment moment, double all) {
        return TurnStopwatch.isInService(moment)
                ? String.format(Locale.ROOT, "%.0f | %.0f", cpuMicros(moment), 100 * cpuMicros(moment) / all)
                : " | ";
    }

    /** The CPU time since the seam before; that since the end of the turn before belongs to accepting. */
    private double cpuMicros(Moment moment) {
        if (!TurnStopwatch.isInService(moment)) {
            return 0;
        }
        int index = moment.ordinal();
        if (moment == Moment.ACCEPTED) {
            long[] between = new long[cpu.size() - 1];
            for (int i = 0; i < between.length; i++) {
                between[i] = cpu.get(i + 1)[index] - cpu.get(i)[Moment.ENDED.ordinal()];
            }
            return median(between);
        }
        int previous = index - 1;
        while (!TurnStopwatch.isInService(Moment.values()[previous])) {
            previous--;
        }
        int from = previous;
        return median(cpu.stream().mapToLong(each -> each[index] - each[from]).toArray());
    }

    private static double median(long[] nanos) {
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] / 1e3;
    }
}
