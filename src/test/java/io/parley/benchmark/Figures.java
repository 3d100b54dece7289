package io.parley.benchmark;

import java.util.Arrays;
import java.util.Locale;

/** Many times in nanoseconds, all of them kept, as a percentile of 1 in 100 needs. Not for several threads. */
final class Figures {
    private long[] values = new long[4_096];
    private int count;

    void add(long nanos) {
        if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
        }
        values[count++] = nanos;
    }

    /** In milliseconds; NaN if there is none. */
    double millisAt(double share) {
        if (count == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[Math.min(count - 1, (int) (count * share))] / 1e6;
    }

    /**
     * Writes the median of figures, with the least and the most where there are several; nothing where the median is no number.
     */
    static String spread(String format, double... figures) {
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        double median = sorted[sorted.length / 2];
        if (Double.isNaN(median)) {
            return "";
        }
        return sorted.length == 1 ? String.format(Locale.ROOT, format, median)
                : String.format(Locale.ROOT, format + " (" + format + "–" + format + ")", median, sorted[0],
                        sorted[sorted.length - 1]);
    }
}
