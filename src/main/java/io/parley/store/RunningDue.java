package io.parley.store;

import io.parley.conversation.SessionId;
import io.parley.conversation.TurnId;
import io.parley.turn.RunningIndex.Entry;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks one part of the index of running turns for those that are due to be looked at.
 *
 * @param key the part
 * @param again how long none of them is due again
 * @param life how long the part is kept without another call
 */
record RunningDue(String key, int most, Duration again, Duration life) implements ScriptCall<RunningDue.Answer> {

    @Override
    public Script script() {
        return Script.RUNNING_DUE;
    }

    @Override
    public List<String> keys() {
        return List.of(key);
    }

    @Override
    public List<String> arguments() {
        return List.of(Integer.toString(most), Long.toString(again.toMillis()), Long.toString(life.toMillis()));
    }

    @Override
    public Answer read(Response answer) {
        List<Entry> due = new ArrayList<>();
        Answers.expect(answer, "OK").get(1).forEach(name -> due.add(entry(name.toString())));
        return new Answer(due, Answers.number(answer, 2) == 0);
    }

    /** A turn as a member of the index. */
    static String name(Entry entry) {
        return entry.session().value() + " " + entry.turn().value();
    }

    private static Entry entry(String name) {
        int space = name.indexOf(' ');
        return new Entry(new SessionId(name.substring(0, space)), new TurnId(name.substring(space + 1)));
    }

    /** @param empty whether the part holds no turn at all */
    record Answer(List<Entry> due, boolean empty) {}
}
