package io.parley.store;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.parley.conversation.HistoryTotals;
import io.parley.conversation.Message;
import io.parley.conversation.Owner;
import io.parley.conversation.ReadPlan;
import io.parley.conversation.Session;
import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads the answers of scripts. */
final class Answers {
    private static final Logger LOG = Logger.getLogger(Answers.class);

    private Answers() {
    }

    static String status(Response answer) {
        return text(answer, 0);
    }

    static boolean is(Response answer, String status) {
        return status(answer).equals(status);
    }

    /** The answer if it has this status, else the failure it stands for. */
    @CanIgnoreReturnValue
    static Response expect(Response answer, String status) {
        if (is(answer, status)) {
            return answer;
        }
        throw Refusals.of(answer);
    }

    static @Nullable String textOrNull(Response answer, int index) {
        Response item = index < answer.size() ? answer.get(index) : null;
        return item == null ? null : item.toString();
    }

    static String text(Response answer, int index) {
        String text = textOrNull(answer, index);
        if (text == null) {
            throw new CorruptRecord("an answer of Redis lacks part " + index);
        }
        return text;
    }

    static long number(Response answer, int index) {
        try {
            return Long.parseLong(text(answer, index));
        } catch (NumberFormatException _) {
            throw new CorruptRecord("part " + index + " of an answer of Redis is not a number");
        }
    }

    /** Returns the length of a value as Redis reports it; 0 if there is no such value. */
    static long length(@Nullable Response answer) {
        Long length = answer == null ? null : answer.toLong();
        return length == null ? 0 : length;
    }

    static boolean flag(Response answer, int index) {
        return number(answer, index) == 1;
    }

    /** A session from its fields owner, set, ver, cre, upd, run, n, tok. */
    static Session session(SessionId id, Response fields) {
        String running = textOrNull(fields, 5);
        return new Session(id, new Owner(text(fields, 0)), SettingsCodec.decode(Json.read(text(fields, 1))), number(fields, 2),
                Instant.ofEpochMilli(number(fields, 3)), Instant.ofEpochMilli(number(fields, 4)),
                running == null ? null : new TurnId(running), new HistoryTotals(number(fields, 6), number(fields, 7)));
    }

    /** A plan from its numbers. */
    static ReadPlan plan(Response numbers) {
        String[] from = text(numbers, 0).split(":", 2);
        return new ReadPlan(sequence(from[0]), from.length > 1 ? sequence(from[1]) : 0, (int) number(numbers, 1),
                number(numbers, 2));
    }

    private static long sequence(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException _) {
            throw new CorruptRecord("a stored read plan has another form");
        }
    }

    /** Messages from number, value, whether superseded, and number of the message before it, of each. */
    static List<Message> messages(SessionId session, Response items) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i + 3 < items.size(); i += 4) {
            add(messages, session, number(items, i), text(items, i + 1), flag(items, i + 2), number(items, i + 3));
        }
        return messages;
    }

    /** Messages in conversation order from pairs of number and value in that order. */
    static List<Message> inOrder(SessionId session, Response pairs) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            add(messages, session, number(pairs, i), text(pairs, i + 1), false, 0);
        }
        return messages;
    }

    /** A history in conversation order from pairs of number and value, newest first. */
    static List<Message> history(SessionId session, Response items) {
        List<Message> messages = new ArrayList<>();
        for (int i = items.size() - 2; i >= 0; i -= 2) {
            add(messages, session, number(items, i), text(items, i + 1), false, 0);
        }
        return messages;
    }

    /** One record that cannot be understood does not take the rest of the session with it. */
    private static void add(List<Message> messages, SessionId session, long number, String value, boolean superseded,
            long before) {
        try {
            messages.add(MessageCodec.decode(number, value, superseded, before));
        } catch (CorruptRecord e) {
            LOG.errorf("Session %s: message %d cannot be read and is left out: %s", session, number, e.getMessage());
        }
    }
}
