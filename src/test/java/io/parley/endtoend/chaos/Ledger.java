package io.parley.endtoend.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What the clients asked and were told, what was done to the gateways, and how often. */
final class Ledger {
    private final long start = System.nanoTime();
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Queue<View> views = new ConcurrentLinkedQueue<>();
    private final Queue<Edit> edits = new ConcurrentLinkedQueue<>();
    private final Queue<Edit> removals = new ConcurrentLinkedQueue<>();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /**
     * A message that a client edited or removed.
     *
     * @param text the new one; null for a removal
     * @param sure whether it was told that it is done; otherwise it was told nothing
     */
    record Edit(String session, String message, String text, boolean sure) {}

    void add(Request request) {
        requests.add(request);
    }

    void add(View view) {
        views.add(view);
    }

    void edited(Edit edit) {
        edits.add(edit);
    }

    void removed(Edit removal) {
        removals.add(removal);
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    List<View> views() {
        return List.copyOf(views);
    }

    List<Edit> edits() {
        return List.copyOf(edits);
    }

    List<Edit> removals() {
        return List.copyOf(removals);
    }

    /** Counts one more of something, such as {@code fault: kill}. */
    void count(String what) {
        count(what, 1);
    }

    void count(String what, long times) {
        counts.computeIfAbsent(what, _ -> new LongAdder()).add(times);
    }

    /** Writes down what happened, with its time. */
    void note(String line) {
        lines.add(String.format(Locale.ROOT, "%8.3f %s", (System.nanoTime() - start) / 1e9, line));
    }

    /** The table of all that was counted. */
    String table() {
        List<String> rows = new ArrayList<>();
        new TreeMap<>(counts).forEach((what, count) -> rows.add(String.format(Locale.ROOT, "%-44s %7d", what, count.sum())));
        return String.join("\n", rows);
    }

    /** Keeps what happened in a file, and what the gateways printed. */
    void write(Path file, String output) {
        try {
            Files.createDirectories(file.getParent());
            note("the gateways printed:\n" + output);
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
