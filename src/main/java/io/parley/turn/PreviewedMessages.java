package io.parley.turn;

import io.parley.context.ChosenContext;
import io.parley.context.RecalledTurn;
import io.parley.context.TokenScale;
import io.parley.conversation.HistoryTotals;
import io.parley.conversation.Message;
import io.parley.conversation.Summary;
import io.parley.turn.Preview.Fate;
import io.parley.turn.Preview.Listed;
import io.parley.turn.Preview.Sum;
import io.parley.turn.TurnStore.Head;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** Says of each message of a conversation whether a context holds it, in which form, and with how many tokens. */
final class PreviewedMessages {
    private final TreeMap<Long, Listed> listed = new TreeMap<>();
    private final TokenScale scale;
    private final long summarisedThrough;
    private long counted;

    /**
     * @param heads the newest messages, whether sent or not
     */
    PreviewedMessages(ChosenContext context, List<Head> heads) {
        Summary summary = context.summary();
        this.scale = context.scale();
        this.summarisedThrough = summary == null ? 0 : summary.through().sequence();
        context.messages().forEach(message -> list(message, Fate.KEPT));
        context.recalled().stream().map(RecalledTurn::messages).flatMap(List::stream)
                .forEach(message -> list(message, Fate.RETRIEVED));
        heads.forEach(this::list);
    }

    private void list(Message message, Fate fate) {
        list(new Listed(message.id(), message.role(), scale.tokens(message), fate), message.meta().tokens().tokens());
    }

    private void list(Head head) {
        Fate fate = head.id().sequence() <= summarisedThrough ? Fate.SUMMARISED : Fate.OMITTED;
        list(new Listed(head.id(), head.role(), scale.tokens(head.tokens()), fate), head.tokens());
    }

    /** What was listed first stays. */
    private void list(Listed message, long raw) {
        if (listed.putIfAbsent(message.id().sequence(), message) == null) {
            counted += raw;
        }
    }

    /** In conversation order. */
    Collection<Listed> all() {
        return listed.values();
    }

    /** What is not listed of a conversation with these totals. */
    Sum older(HistoryTotals totals) {
        return new Sum(Math.max(0, totals.messages() - listed.size()), scale.tokens(Math.max(0, totals.tokens() - counted)));
    }

    /** What a summary stands for; it goes back to the beginning. */
    Sum summarised(Sum older) {
        if (summarisedThrough == 0) {
            return Sum.NOTHING;
        }
        List<Listed> covered = List.copyOf(listed.headMap(summarisedThrough, true).values());
        return new Sum(older.messages() + covered.size(),
                older.tokens() + covered.stream().mapToLong(Listed::tokens).sum());
    }
}
