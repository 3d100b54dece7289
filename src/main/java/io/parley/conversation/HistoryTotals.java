package io.parley.conversation;

/**
 * How much a conversation holds now, superseded and deleted messages not counted.
 *
 * @param tokens as counted when each was appended
 */
public record HistoryTotals(long messages, long tokens) {
    /** Of an empty session. */
    public static final HistoryTotals NONE = new HistoryTotals(0, 0);
}
