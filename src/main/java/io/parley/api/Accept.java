package io.parley.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which of the two forms of an answer a client wants, by its {@code Accept} header (RFC 9110, 12.5.1). */
final class Accept {
    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";
    private static final int LONGEST = 2_000;
    private static final int MOST = 50;
    private final List<Range> ranges;

    /** @param value all lines of the header joined by commas; missing or empty: anything */
    Accept(@Nullable String value) {
        List<Range> parsed = new ArrayList<>();
        for (String part : start(value).split(",", MOST)) {
            Range range = Range.parse(part);
            if (range != null) {
                parsed.add(range);
            }
        }
        this.ranges = value == null || value.isBlank() ? List.of(new Range("*/*", 1)) : parsed;
    }

    private static String start(@Nullable String value) {
        return value == null ? "" : value.substring(0, Math.min(value.length(), LONGEST));
    }

    /** Whether events are wanted rather than JSON. Between equals the one that is named, then the one that is first. */
    boolean prefersEvents() {
        double events = quality(EVENTS);
        double json = quality(JSON);
        if (events != json) {
            return events > json;
        }
        return events > 0 && specificity(EVENTS) == 2 && (specificity(JSON) < 2 || isFirst(EVENTS, JSON));
    }

    boolean takesJson() {
        return quality(JSON) > 0;
    }

    boolean takesEvents() {
        return quality(EVENTS) > 0;
    }

    private double quality(String type) {
        Range best = best(type);
        return best == null ? 0 : best.quality;
    }

    private int specificity(String type) {
        Range best = best(type);
        return best == null ? -1 : best.specificity();
    }

    private boolean isFirst(String one, String other) {
        return ranges.indexOf(best(one)) < ranges.indexOf(best(other));
    }

    private @Nullable Range best(String type) {
        Range best = null;
        for (Range range : ranges) {
            if (range.includes(type) && (best == null || range.specificity() > best.specificity())) {
                best = range;
            }
        }
        return best;
    }

    private record Range(String type, double quality) {

        static @Nullable Range parse(String text) {
            String[] parts = text.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*");
            if (!parts[0].contains("/")) {
                return null;
            }
            double quality = 1;
            for (String part : parts) {
                if (part.startsWith("q=")) {
                    quality = quality(part.substring(2));
                }
            }
            return new Range(parts[0], quality);
        }

        private static double quality(String text) {
            return text.matches("[01](\\.[0-9]{0,3})?") ? Math.min(1, Double.parseDouble(text)) : 0;
        }

        boolean includes(String wanted) {
            return type.equals(wanted) || "*/*".equals(type)
                    || (type.endsWith("/*") && wanted.startsWith(type.substring(0, type.length() - 1)));
        }

        int specificity() {
            return "*/*".equals(type) ? 0 : type.endsWith("/*") ? 1 : 2;
        }
    }
}
