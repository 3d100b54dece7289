package io.parley.conversation;

/**
 * How much of the history the next turn needs. It is stored with the session, so that opening a turn reads what will be
 * sent and nothing else, in the same round trip. Reading goes from the newest message back until one limit is met; the
 * message that passes {@code maxTokens} is still read, so that the reader sees that there was more.
 *
 * @param fromSequence nothing older than this message, where the history was cut; 0: no such limit. While it is part of the
 *        conversation it stands in the place of {@code maxMessages}
 * @param beside one older message that is read too: the input of an exchange whose middle is left out; 0: none
 * @param maxMessages at most so many messages; 0: no such limit
 * @param maxTokens stop once so many tokens are read; 0: no such limit
 */
public record ReadPlan(long fromSequence, long beside, int maxMessages, long maxTokens) {
    /** Reads everything. */
    public static final ReadPlan EVERYTHING = new ReadPlan(0, 0, 0);

    /** A plan that reads nothing beside. */
    public ReadPlan(long fromSequence, int maxMessages, long maxTokens) {
        this(fromSequence, 0, maxMessages, maxTokens);
    }

    /** Whether a history read by {@code other} holds all that this plan asks for. */
    public boolean isCoveredBy(ReadPlan other) {
        return covers(other.fromSequence, fromSequence) && (other.maxMessages == 0
                || (maxMessages != 0 && maxMessages <= other.maxMessages))
                && (other.maxTokens == 0 || (maxTokens != 0 && maxTokens <= other.maxTokens));
    }

    private static boolean covers(long have, long need) {
        return have == 0 || (need != 0 && need >= have);
    }
}
