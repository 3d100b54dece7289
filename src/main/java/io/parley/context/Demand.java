package io.parley.context;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a policy asks of the context. Several policies together ask for the tightest limits of all of them.
 *
 * @param ceiling most tokens of the whole input; {@link #NO_TOKENS_LIMIT}: what the model takes
 * @param keep how many of the newest messages are kept at a cut; {@link #NO_MESSAGES_LIMIT}: as many as fit
 * @param window how many messages are a window even beside a summary: when it is full, it is cut whether or not that covers
 *        what leaves it; {@link #NO_MESSAGES_LIMIT}: no such window
 * @param trimTo what is kept at a cut as a part of what may be carried, above 0 and up to 1; empty: by the model's prices
 * @param untilFull whether nothing is cut before the ceiling is reached, not even where cutting is free
 * @param summary whether older messages are stood for by a summary, or null
 * @param recall whether older turns are brought back by similarity, or null
 */
public record Demand(long ceiling, int keep, int window, OptionalDouble trimTo, boolean untilFull,
        @Nullable SummaryDemand summary, @Nullable RecallDemand recall) {
    static final long NO_TOKENS_LIMIT = Long.MAX_VALUE;
    static final int NO_MESSAGES_LIMIT = Integer.MAX_VALUE;
    /** Everything. */
    static final Demand NOTHING = new Demand(NO_TOKENS_LIMIT, NO_MESSAGES_LIMIT, NO_MESSAGES_LIMIT, OptionalDouble.empty(),
            false, null, null);

    /**
     * A summary of what is older than the kept messages.
     *
     * @param model catalogue name of the model that writes it; null: whichever of the session's provider is cheapest
     */
    public record SummaryDemand(@Nullable String model) {}

    /**
     * Older turns that are like the input.
     *
     * @param topK how many at most
     */
    public record RecallDemand(int topK) {}

    Demand withCeiling(long tokens) {
        return new Demand(tokens, keep, window, trimTo, untilFull, summary, recall);
    }

    Demand withKeep(int messages) {
        return new Demand(ceiling, messages, window, trimTo, untilFull, summary, recall);
    }

    Demand withWindow(int messages) {
        return new Demand(ceiling, messages, messages, trimTo, untilFull, summary, recall);
    }

    Demand withTrimTo(OptionalDouble ratio) {
        return new Demand(ceiling, keep, window, ratio, untilFull, summary, recall);
    }

    Demand withSummary(SummaryDemand wanted) {
        return new Demand(ceiling, keep, window, trimTo, untilFull, wanted, recall);
    }

    Demand withRecall(RecallDemand wanted) {
        return new Demand(ceiling, keep, window, trimTo, untilFull, summary, wanted);
    }

    Demand withUntilFull() {
        return new Demand(ceiling, keep, window, trimTo, true, summary, recall);
    }

    /** What both ask for together: of two fixed ratios the smaller one, and nothing is kept back from being cut. */
    Demand and(Demand other) {
        OptionalDouble ratio = trimTo.isEmpty() ? other.trimTo
                : other.trimTo.isEmpty() ? trimTo
                        : OptionalDouble.of(Math.min(trimTo.getAsDouble(), other.trimTo.getAsDouble()));
        return new Demand(Math.min(ceiling, other.ceiling), Math.min(keep, other.keep), Math.min(window, other.window),
                ratio, untilFull && other.untilFull, summary != null ? summary : other.summary,
                recall != null ? recall : other.recall);
    }

    /**
     * How many messages are a window: with a summary only those of a policy that is nothing else, as that covers what leaves.
     */
    int messages() {
        return window != NO_MESSAGES_LIMIT || summary != null ? window : keep;
    }

    boolean holdsWindow() {
        return messages() != NO_MESSAGES_LIMIT;
    }

    boolean limitsMessages() {
        return keep != NO_MESSAGES_LIMIT;
    }
}
