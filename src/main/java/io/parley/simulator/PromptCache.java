package io.parley.simulator;

import io.parley.simulator.Prefix.Boundary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Remembers the inputs it has seen, as the providers' prompt caches do. Thread-safe; the oldest entries make room. */
final class PromptCache {
    private static final int ENTRIES = 20_000;
    private static final int MINIMUM = 1024;
    private static final int STEP = 128;
    private static final int AUTOMATIC_LOOK_BACK = 80;
    private static final int MARKED_LOOK_BACK = 20;
    private static final int MARKS = 4;

    private final Map<Long, Boolean> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > ENTRIES;
        }
    };

    /** As OpenAI does: without being asked, from 1,024 tokens on, in steps of 128. */
    synchronized CacheUse automatic(Prefix prefix) {
        List<Boundary> latest = latest(prefix.boundaries(), AUTOMATIC_LOOK_BACK);
        int read = longestKnown(latest) / STEP * STEP;
        latest.forEach(this::remember);
        return new CacheUse(read, 0);
    }

    /** As Anthropic does: up to each mark, looking back at most 20 blocks from it. */
    synchronized CacheUse marked(Prefix prefix) {
        List<Boundary> all = prefix.boundaries();
        int read = 0;
        int newest = 0;
        int marks = 0;
        for (int i = all.size() - 1; i >= 0 && marks < MARKS; i--) {
            Boundary boundary = all.get(i);
            if (!boundary.marked()) {
                continue;
            }
            marks++;
            newest = Math.max(newest, boundary.tokens());
            read = Math.max(read, longestKnown(latest(all.subList(0, i + 1), MARKED_LOOK_BACK)));
            remember(boundary);
        }
        return new CacheUse(read, newest < MINIMUM ? 0 : newest - read);
    }

    private static List<Boundary> latest(List<Boundary> boundaries, int count) {
        return boundaries.subList(Math.max(0, boundaries.size() - count), boundaries.size());
    }

    private int longestKnown(List<Boundary> boundaries) {
        for (Boundary boundary : boundaries.reversed()) {
            if (boundary.tokens() >= MINIMUM && known.get(boundary.hash()) != null) {
                return boundary.tokens();
            }
        }
        return 0;
    }

    private void remember(Boundary boundary) {
        if (boundary.tokens() >= MINIMUM) {
            known.put(boundary.hash(), true);
        }
    }

    /**
     * What a request did to the cache, in tokens.
     *
     * @param read of the input, known from before
     * @param written of the input, to be known from now on
     */
    record CacheUse(int read, int written) {}
}
