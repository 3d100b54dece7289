package io.parley.context;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a session remembers of how it was sent, so that the next turn begins with the same bytes. Stored with each commit of a
 * turn on the session's own settings.
 *
 * @param cut where the history that was sent began
 * @param summary number of the last message that the summary in use covers; 0: none is in use
 * @param growth tokens that a turn adds, as a running mean
 * @param measured how many turns that mean is of
 * @param policies fingerprint of the policies by which it was cut
 * @param model catalogue name of the model that was called
 * @param calledAt when
 * @param limit what the provider of that model has stated when it refused more, or null
 * @param recalled the turns that were brought back for the newest exchange, see {@link RecalledFor}; empty: none
 * @param sent what was sent
 */
public record ContextState(Cut cut, long summary, double growth, int measured, String policies, @Nullable String model,
        @Nullable Instant calledAt, @Nullable Limit limit, String recalled, SentPrefix sent) {
    /** Of a session that has had no turn. */
    public static final ContextState NEW = new ContextState(Cut.NONE, 0, 0, 0, "", null, null, null, "", SentPrefix.NOTHING);
    private static final double LEAST_WEIGHT = 0.1;

    /**
     * Where a history begins.
     *
     * @param first number of the first message that was sent; 0: nothing was sent yet
     * @param inner number of the second one, where those between were left out of a long exchange; 0: none were
     * @param anchor number of the newest message at the time of the last cut: the prefix up to it is cached since then
     * @param whole whether nothing of the conversation has ever been left out
     */
    public record Cut(long first, long inner, long anchor, boolean whole) {
        /** Nothing was sent yet. */
        public static final Cut NONE = new Cut(0, 0, 0, true);

        /** From where on the history has to be read. */
        public long readFrom() {
            return inner > 0 ? inner : first;
        }
    }

    /**
     * What a provider has stated of its model's window.
     *
     * @param tokens of input and output together
     * @param until from when on it is tried again whether more is possible
     */
    public record Limit(long tokens, Instant until) {
        /** What is believed; anything else was misunderstood. */
        static final long LEAST = 1_024;
        private static final Duration BELIEVED = Duration.ofHours(24);

        /** What was stated just now, or null if that cannot be. */
        static @Nullable Limit stated(long tokens, Instant now) {
            return tokens < LEAST ? null : new Limit(tokens, now.plus(BELIEVED));
        }
    }

    /** With one more turn that has added so many tokens. */
    public ContextState grownBy(long tokens) {
        double weight = Math.max(1.0 / (measured + 1), LEAST_WEIGHT);
        return new ContextState(cut, summary, growth + (tokens - growth) * weight, measured + 1, policies, model, calledAt,
                limit, recalled, sent);
    }

    /** After a call that never reached the provider: its cache is as old as it was before. */
    public ContextState notCalledSince(ContextState before) {
        return new ContextState(cut, summary, growth, measured, policies, model, before.calledAt, limit, recalled, sent);
    }

    /** With the cut forgotten: the history was read anew. */
    public ContextState withoutCut() {
        return new ContextState(Cut.NONE, 0, growth, measured, policies, model, calledAt, limit, recalled, sent);
    }

    /** With what the provider of the model has stated. */
    ContextState withLimit(@Nullable Limit stated) {
        return new ContextState(cut, summary, growth, measured, policies, model, calledAt, stated, recalled, sent);
    }

    /** The limit that holds for a model now, 0 if none does. */
    long limitOf(String name, Instant now) {
        return limit != null && (model == null || model.equals(name)) && now.isBefore(limit.until()) ? limit.tokens() : 0;
    }
}
