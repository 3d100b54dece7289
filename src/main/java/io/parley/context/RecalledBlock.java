package io.parley.context;

import io.parley.conversation.Content;
import io.parley.conversation.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Older turns as they are sent: one block of text behind the input.
 *
 * @param turns in conversation order
 * @param text null where there are none
 * @param tokens of the text, as counted
 */
record RecalledBlock(List<RecalledTurn> turns, Content.@Nullable Text text, long tokens) {
    /** A message of such a turn is cut to so many characters. */
    private static final int LONGEST = 4_000;
    private static final int MARKS_OF_A_TURN = 20;

    /** The most similar ones of those that were found, as many as fit. */
    static RecalledBlock of(List<RecalledTurn> found, long most, TokenScale scale) {
        List<RecalledTurn> fitting = new ArrayList<>();
        long left = most;
        long sum = 0;
        for (RecalledTurn turn : found) {
            long raw = tokens(turn);
            if (scale.tokens(raw) <= left) {
                fitting.add(turn);
                left -= scale.tokens(raw);
                sum += raw;
            }
        }
        fitting.sort(Comparator.comparingLong(turn -> turn.messages().getFirst().id().sequence()));
        return new RecalledBlock(fitting, fitting.isEmpty() ? null : text(fitting), sum);
    }

    private static Content.Text text(List<RecalledTurn> turns) {
        return new Content.Text(Marked.recalled(turns.stream().map(turn -> Marked.recalled(turn, LONGEST)).toList()));
    }

    private static long tokens(RecalledTurn turn) {
        return MARKS_OF_A_TURN + turn.messages().stream().mapToLong(RecalledBlock::tokens).sum();
    }

    /** Of what is sent of a message. */
    private static long tokens(Message message) {
        long counted = message.meta().tokens().tokens();
        int length = Marked.text(message.content()).length();
        return length <= LONGEST ? counted : counted * LONGEST / length + 1;
    }
}
