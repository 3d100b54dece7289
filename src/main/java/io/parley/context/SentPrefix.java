package io.parley.context;

import io.parley.context.Segment.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was sent last, segment by segment, so that it can be said what a provider's cache still knows. Bounded: of more than
 * {@value #MOST_MESSAGES} messages the older ones are one segment together.
 *
 * @param segments in the order in which they were sent, without what was recalled for the newest message itself
 */
public record SentPrefix(List<Segment> segments) {
    static final int MOST_MESSAGES = 256;
    /** Nothing was sent yet. */
    public static final SentPrefix NOTHING = new SentPrefix(List.of());

    public SentPrefix { segments = List.copyOf(segments); }

    /** Of all that is sent. */
    static SentPrefix of(List<Segment> sent) {
        boolean recalledLast = !sent.isEmpty() && sent.getLast().kind() == Kind.RECALLED;
        List<Segment> kept = recalledLast ? sent.subList(0, sent.size() - 1) : sent;
        long messages = kept.stream().filter(segment -> segment.kind() == Kind.MESSAGE).count();
        return messages <= MOST_MESSAGES ? new SentPrefix(kept)
                : new SentPrefix(folded(kept, nthNewest(kept, MOST_MESSAGES)));
    }

    /** The number of the message before the newest ones. */
    private static long nthNewest(List<Segment> segments, int newest) {
        List<Segment> messages = segments.stream().filter(segment -> segment.kind() == Kind.MESSAGE).toList();
        return messages.get(messages.size() - newest - 1).sequence();
    }

    /** The same segments with all messages up to a number as one. */
    private static List<Segment> folded(List<Segment> segments, long through) {
        List<Segment> folded = new ArrayList<>();
        StringBuilder prints = new StringBuilder();
        long tokens = 0;
        for (Segment segment : segments) {
            if (segment.kind() != Kind.MESSAGE || segment.sequence() > through) {
                close(folded, prints, tokens, through);
                tokens = 0;
                folded.add(segment);
            } else {
                prints.append(segment.print()).append(' ');
                tokens += segment.tokens();
            }
        }
        close(folded, prints, tokens, through);
        return folded;
    }

    private static void close(List<Segment> folded, StringBuilder prints, long tokens, long through) {
        if (!prints.isEmpty()) {
            folded.add(new Segment(Kind.MESSAGES, through + "." + Fingerprint.of(prints.toString()), tokens));
            prints.setLength(0);
        }
    }

    /** How far what is sent now begins as this did. */
    Common commonWith(List<Segment> sent) {
        List<Segment> now = sent;
        for (Segment before : segments) {
            if (before.kind() == Kind.MESSAGES) {
                now = folded(sent, before.sequence());
            }
        }
        List<Segment> common = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            if (i >= now.size() || !segments.get(i).isSameAs(now.get(i))) {
                return new Common(common, segments.get(i).label());
            }
            common.add(now.get(i));
        }
        return new Common(common, null);
    }

    /** The last message that was sent, 0 if none was. */
    long newest() {
        return segments.isEmpty() ? 0 : segments.getLast().sequence();
    }

    /** What of it belongs to none of the messages: tools, system prompt, facts. */
    List<Segment> head() {
        return segments.stream()
                .filter(segment -> switch (segment.kind()) {
                    case TOOLS, SYSTEM, FACTS -> true;
                    case SUMMARY, MESSAGES, MESSAGE, RECALLED -> false;
                })
                .toList();
    }

    /**
     * What two requests begin with.
     *
     * @param difference which segment of the earlier one is the first that is not there any more, or null if all of it is
     */
    record Common(List<Segment> segments, @Nullable String difference) {

        /** How many segments of the later one these are. */
        int count(List<Segment> sent) {
            long through = segments.isEmpty() ? 0 : segments.getLast().sequence();
            return Math.max(segments.size(), (int) sent.stream()
                    .takeWhile(segment -> segment.kind() != Kind.RECALLED && through > 0 && segment.sequence() <= through)
                    .count());
        }
    }
}
