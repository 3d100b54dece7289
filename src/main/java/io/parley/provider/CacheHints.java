package io.parley.provider;

import java.util.Comparator;
import java.util.List;

/**
 * What a provider's prompt cache may be told about a call. Hints change what a call costs, never what the model reads.
 * <p>
 * Providers that cache unasked need only the key. Those that take marks may take fewer than there are: they keep the one after
 * the system prompt and the last ones of {@code marks}.
 *
 * @param key stable for the session and its forks, 1 to 64 characters; routes equal prefixes to one cache
 * @param afterSystem whether the system prompt and the tools are a stable boundary
 * @param marks further stable boundaries, in the order of the messages, each once
 */
public record CacheHints(String key, boolean afterSystem, List<Mark> marks) {
    /** The most that OpenAI takes as a {@code prompt_cache_key}. */
    private static final int LONGEST_KEY = 64;
    private static final Comparator<Mark> ORDER = Comparator.comparingInt(Mark::message).thenComparingInt(Mark::blocks);

    /** @throws IllegalArgumentException if the key is too long or empty, or the marks are out of order */
    public CacheHints {
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            throw new IllegalArgumentException("a cache key of " + key.length() + " characters");
        }
        marks = List.copyOf(marks);
        for (int i = 1; i < marks.size(); i++) {
            if (ORDER.compare(marks.get(i - 1), marks.get(i)) >= 0) {
                throw new IllegalArgumentException("marks out of order: " + marks);
            }
        }
    }

    /** No boundary is worth anything; the key still routes. */
    public static CacheHints none(String key) {
        return new CacheHints(key, false, List.of());
    }

    /**
     * A stable boundary: the prefix up to and including the first blocks of a message.
     *
     * @param message index in the messages of the call
     * @param blocks how many of its content blocks, at least 1; more than it has means all of them
     */
    public record Mark(int message, int blocks) {
        /** @throws IllegalArgumentException if it is before the first block of the first message */
        public Mark {
            if (message < 0 || blocks < 1) {
                throw new IllegalArgumentException("no mark can be at message " + message + " after " + blocks + " blocks");
            }
        }
    }
}
