package io.parley.store;

import io.parley.conversation.Failure;
import io.parley.conversation.MessageId;
import io.parley.conversation.PageRequest;
import io.parley.conversation.SessionId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Places in lists. A cursor names a place, not an item, so it stays valid when its item is deleted. */
final class Cursors {
    private static final Pattern TURN = Pattern.compile("n([1-9][0-9]{0,14})");
    private static final Pattern SESSION = Pattern.compile("([0-9]{1,15})_(.+)");

    private Cursors() {
    }

    /** The message number of a cursor, 0 if there is none. */
    static long message(@Nullable String cursor, String parameter) {
        if (cursor == null) {
            return 0;
        }
        if (!MessageId.isWellFormed(cursor)) {
            throw malformed(parameter);
        }
        return MessageId.parse(cursor).sequence();
    }

    /** The place of a turn, 0 if there is no cursor. */
    static long turn(@Nullable String cursor, String parameter) {
        if (cursor == null) {
            return 0;
        }
        Matcher matcher = TURN.matcher(cursor);
        if (!matcher.matches()) {
            throw malformed(parameter);
        }
        return Long.parseLong(matcher.group(1));
    }

    static String ofTurn(long place) {
        return "n" + place;
    }

    /** Where a list of sessions goes on, null if there is no cursor. */
    static @Nullable Place session(PageRequest page) {
        String cursor = page.before() != null ? page.before() : page.after();
        if (cursor == null) {
            return null;
        }
        Matcher matcher = SESSION.matcher(cursor);
        if (!matcher.matches() || !SessionId.isWellFormed(matcher.group(2))) {
            throw malformed(page.before() != null ? "before" : "after");
        }
        return new Place(Long.parseLong(matcher.group(1)), matcher.group(2));
    }

    private static Failure malformed(String parameter) {
        return new Failure.Invalid(parameter, "must be a cursor from an earlier page");
    }

    /**
     * A session's place in its owner's index.
     *
     * @param created epoch milliseconds
     */
    record Place(long created, String id) implements Comparable<Place> {
        String cursor() {
            return created + "_" + id;
        }

        @Override
        public int compareTo(Place other) {
            int byTime = Long.compare(created, other.created);
            return byTime != 0 ? byTime : id.compareTo(other.id);
        }
    }
}
