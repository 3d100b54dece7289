package io.parley.context;

import io.parley.context.Segment.Kind;
import io.parley.conversation.Content;
import io.parley.conversation.Message;
import io.parley.conversation.Summary;
import io.parley.provider.CacheHints.Mark;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts together the messages that are sent, stable parts first. Facts and summary stand at the head of the first user message.
 * Then come the kept messages. Recalled turns stand at the end of the input itself, so that all messages before it are the same
 * in the next turn.
 */
final class Assembly {
    /** How many blocks before a mark Anthropic looks for what it has cached. */
    private static final int LOOK_BACK = 20;
    private final List<Exchange> exchanges;
    private final List<Content> head = new ArrayList<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private int inputAt;
    private int headAt;

    /**
     * @param facts of the session
     * @param summary of what came before, or null
     * @param exchanges what is kept
     * @param frame the segments before the messages
     */
    Assembly(List<String> facts, @Nullable Summary summary, List<Exchange> exchanges, Frame frame) {
        this.exchanges = exchanges;
        this.segments.addAll(frame.segments());
        if (!facts.isEmpty()) {
            head.add(new Content.Text(Marked.facts(facts)));
        }
        if (summary != null) {
            head.add(new Content.Text(Marked.summary(summary.text())));
            segments.add(summaryOf(summary));
        }
    }

    static Segment summaryOf(Summary summary) {
        return Segment.of(Kind.SUMMARY, summary.text(), summary.tokens().tokens());
    }

    /** Puts the messages in their order; {@code recalled} goes to the input of the newest exchange. */
    Assembly with(Content.@Nullable Text recalled, long recalledTokens) {
        for (Exchange exchange : exchanges) {
            boolean newest = exchange == exchanges.getLast();
            inputAt = newest ? messages.size() : inputAt;
            for (Message message : exchange.messages()) {
                segments.add(Segment.of(message, message.meta().tokens().tokens()));
                messages.add(message);
                if (newest && recalled != null && message == exchange.messages().getFirst()) {
                    segments.add(Segment.of(Kind.RECALLED, recalled.text(), recalledTokens));
                }
            }
        }
        if (recalled != null && !messages.isEmpty()) {
            messages.set(inputAt, with(List.of(), messages.get(inputAt), List.of(recalled)));
        }
        headAt = firstUser();
        if (!head.isEmpty() && headAt >= 0) {
            messages.set(headAt, with(head, messages.get(headAt), List.of()));
        }
        return this;
    }

    /** Returns the index of the first user message, which may come after a greeting of the assistant. */
    private int firstUser() {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i) instanceof Message.User) {
                return i;
            }
        }
        return -1;
    }

    private static Message with(List<Content> before, Message message, List<Content> after) {
        List<Content> content = new ArrayList<>(before);
        content.addAll(message.content());
        content.addAll(after);
        return new Message.User(message.meta(), content);
    }

    List<Message> messages() {
        return messages;
    }

    List<Segment> segments() {
        return segments;
    }

    /**
     * Where the prompt is worth caching: after facts and summary; at what was newest when the history was last cut, or when it
     * was last sent if that is too far back to be found by itself; and at the newest message, before what was recalled for it.
     */
    List<Mark> marks(ContextState before) {
        List<Mark> marks = new ArrayList<>();
        if (!head.isEmpty() && headAt >= 0) {
            marks.add(new Mark(headAt, head.size()));
        }
        int newest = messages.size() - 1;
        int sent = indexOf(before.sent().newest());
        int stable = sent >= 0 && blocks(sent + 1, newest) > LOOK_BACK ? sent : indexOf(before.cut().anchor());
        if (stable >= 0 && stable < newest) {
            marks.add(new Mark(stable, ownBlocks(stable)));
        }
        if (newest >= 0) {
            marks.add(new Mark(newest, ownBlocks(newest)));
        }
        return marks;
    }

    private int indexOf(long sequence) {
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).id().sequence() == sequence) {
                return i;
            }
        }
        return -1;
    }

    private int blocks(int from, int to) {
        return messages.subList(from, to + 1).stream().mapToInt(message -> message.content().size()).sum();
    }

    /** How many blocks of a message are the same next time. */
    private int ownBlocks(int index) {
        boolean recalled = index == inputAt && segments.stream().anyMatch(segment -> segment.kind() == Kind.RECALLED);
        return messages.get(index).content().size() - (recalled ? 1 : 0);
    }
}
