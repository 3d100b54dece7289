package io.parley.stream;

import io.parley.conversation.Content;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest events of a log, kept in memory: those not stored yet, and of the stored ones at least {@value #KEEP} when
 * there are as many. The rest is read from the store by whoever is that far behind. Not thread-safe.
 */
final class RecentEvents {
    private static final int KEEP = 512;
    /** What an event takes on the wire beside its text. */
    static final int FRAME_BYTES = 24;
    private static final int ADAPTATION_BYTES = 180;
    private final List<NumberedEvent> events = new ArrayList<>();
    private long forgottenId;

    /** Of a log that begins after an id. */
    RecentEvents(long after) {
        this.forgottenId = after;
    }

    void add(NumberedEvent event) {
        events.add(event);
    }

    /** The newest event; there must be one. */
    NumberedEvent last() {
        return events.getLast();
    }

    /** All events up to this id are stored and may be forgotten. */
    void forgetUpTo(long storedId) {
        int stored = indexAfter(storedId);
        if (stored > 2 * KEEP) {
            int forgotten = stored - KEEP;
            forgottenId = events.get(forgotten - 1).id();
            events.subList(0, forgotten).clear();
        }
    }

    /** The highest id that is not in memory any more. */
    long forgottenId() {
        return forgottenId;
    }

    /** The events after one id, up to another, at most some {@value Cursor#PAGE_BYTES} bytes of them. */
    List<NumberedEvent> between(long after, long upTo) {
        // What was read from the store can be beyond what is shown here yet.
        int from = indexAfter(after);
        return List.copyOf(page(events.subList(from, Math.max(from, indexAfter(upTo)))));
    }

    /** The first of these events, at most some {@value Cursor#PAGE_BYTES} bytes of them. */
    static List<NumberedEvent> page(List<NumberedEvent> events) {
        int to = 0;
        int bytes = 0;
        while (to < events.size() && bytes < Cursor.PAGE_BYTES) {
            bytes += sizeOf(events.get(to).event());
            to++;
        }
        return events.subList(0, to);
    }

    private int indexAfter(long id) {
        int low = 0;
        int high = events.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (events.get(middle).id() <= id) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Roughly how many bytes an event is on the wire. */
    static int sizeOf(TurnEvent event) {
        return FRAME_BYTES + switch (event) {
            case TurnEvent.Delta(String text) -> utf8Length(text);
            case TurnEvent.Thinking(String text) -> utf8Length(text);
            case TurnEvent.Reset(String text) -> utf8Length(text);
            case TurnEvent.Block(Content.ToolCall call) -> utf8Length(call.arguments().text());
            case TurnEvent.Block(Content.Opaque opaque) -> utf8Length(opaque.block().text());
            case TurnEvent.Block _ -> 256;
            case TurnEvent.ContextChosen chosen -> 256 + ADAPTATION_BYTES * chosen.unseen().size();
            case TurnEvent.Opened _,TurnEvent.Done _,TurnEvent.Failed _ -> 256;
        };
    }

    private static int utf8Length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Half of a pair counts as two: four bytes in all.
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }
}
