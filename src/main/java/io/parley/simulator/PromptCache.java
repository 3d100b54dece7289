package io.parley.simulator;

import io.parley.simulator.Prefix.Boundary;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers the inputs it has seen, as the providers' prompt caches do: each for a while after its last use. Thread-safe; the
 * entries that have been idle longest make room.
 */
final class PromptCache {
    /** Some megabytes; 50 inputs of 128,000 tokens step by step. */
    private static final int ENTRIES = 50_000;
    private static final Duration LIFETIME = Duration.ofMinutes(5);
    private static final int MINIMUM = 1024;
    private static final int LOOK_BACK = 20;

    private final InstantSource clock;
    private final Map<Long, Instant> lastUse = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Instant> eldest) {
            return size() > ENTRIES;
        }
    };

    PromptCache(InstantSource clock) {
        this.clock = clock;
    }

    /** As OpenAI does: without being asked, all that is known from the start on; writing costs nothing. */
    synchronized CacheUse automatic(Prefix prefix) {
        Instant now = clock.instant();
        int read = longestKnown(prefix.boundaries(), now);
        prefix.boundaries().forEach(boundary -> use(boundary, now));
        return new CacheUse(read, 0);
    }

    /** As Anthropic does: up to each mark, looking back at most 20 blocks from it, the marked one included. */
    synchronized CacheUse marked(Prefix prefix) {
        Instant now = clock.instant();
        List<Boundary> all = prefix.boundaries();
        int read = 0;
        int last = 0;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).marked()) {
                last = all.get(i).tokens();
                read = Math.max(read, longestKnown(all.subList(Math.max(0, i + 1 - LOOK_BACK), i + 1), now));
            }
        }
        all.stream().filter(Boundary::marked).forEach(boundary -> use(boundary, now));
        return new CacheUse(read, last < MINIMUM ? 0 : last - read);
    }

    // What is found is used, and lives on.
    private int longestKnown(List<Boundary> boundaries, Instant now) {
        for (Boundary boundary : boundaries.reversed()) {
            Instant used = lastUse.get(boundary.hash());
            if (used != null && now.isBefore(used.plus(LIFETIME))) {
                use(boundary, now);
                return boundary.tokens();
            }
        }
        return 0;
    }

    private void use(Boundary boundary, Instant now) {
        if (boundary.tokens() >= MINIMUM) {
            lastUse.put(boundary.hash(), now);
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
